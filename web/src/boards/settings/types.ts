// What the server tells of points, devices and the site file, by the names that
// the settings know it by.
export type {
  Complaint, Device, Point, PointPage, Reading, SiteVersion as Version, SiteWarning as Warning, SourceRefusal as Refusal, SourceUnmapped as Unmapped,
} from '@/lib/schema'
