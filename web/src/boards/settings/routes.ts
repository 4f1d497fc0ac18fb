import type { RouteRecordRaw } from 'vue-router'
import { useSession } from '@/lib/session'
import { firstOf } from './pages'

const title = 'board.settings'

/** The pages of 系统设置. may is the action without which a page stays closed, at the mine or, as platform, at the platform. */
export const settings: RouteRecordRaw = {
  path: 'settings', name: 'settings', component: () => import('./SettingsBoard.vue'), redirect: () => ({ name: 'settings-' + (useSession().signedIn ? firstOf(useSession()) : 'points') }), meta: { title },
  children: [
    { path: 'points', name: 'settings-points', component: () => import('./PointsPage.vue'), meta: { may: 'readings.read' } },
    { path: 'points/:point', name: 'settings-point', component: () => import('./PointPage.vue'), props: true, meta: { may: 'readings.read' } },
    { path: 'devices', name: 'settings-devices', component: () => import('./DevicesPage.vue'), meta: { may: 'readings.read' } },
    { path: 'devices/new', name: 'settings-device-new', component: () => import('./NewDevicePage.vue'), meta: { may: 'site.write' } },
    { path: 'devices/:device', name: 'settings-device', component: () => import('./DevicePage.vue'), props: true, meta: { may: 'readings.read' } },
    { path: 'unmapped', name: 'settings-unmapped', component: () => import('./UnmappedPage.vue'), meta: { may: 'readings.read' } },
    { path: 'refused', name: 'settings-refused', component: () => import('./RefusedPage.vue'), meta: { may: 'diagnostics.read' } },
    { path: 'import', name: 'settings-imports', component: () => import('./ImportsPage.vue'), meta: { may: 'readings.read' } },
    { path: 'import/new', name: 'settings-import-new', component: () => import('./NewImportPage.vue'), meta: { may: 'readings.write' } },
    { path: 'import/:id', name: 'settings-import', component: () => import('./ImportPage.vue'), props: true, meta: { may: 'readings.read' } },
    { path: 'site', name: 'settings-site', component: () => import('./SitePage.vue'), meta: { may: 'site.read' } },
    { path: 'people', name: 'settings-people', component: () => import('./people/PeoplePage.vue'), meta: { platform: 'person.read' } },
    { path: 'people/new', name: 'settings-person-new', component: () => import('./people/NewPersonPage.vue'), meta: { platform: 'person.write' } },
    { path: 'people/:person', name: 'settings-person', component: () => import('./people/PersonPage.vue'), props: true, meta: { platform: 'person.read' } },
    { path: 'roles', name: 'settings-roles', component: () => import('./people/RolesPage.vue'), meta: { tab: 'people', platform: 'person.read' } },
    { path: 'tokens', name: 'settings-tokens', component: () => import('./people/TokensPage.vue'), meta: { platform: 'token.manage' } },
    { path: 'audit', name: 'settings-audit', component: () => import('./audit/AuditPage.vue'), meta: { either: 'audit.read' } },
    { path: 'about', name: 'settings-about', component: () => import('./AboutPage.vue') },
  ],
}
