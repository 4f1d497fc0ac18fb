// The way from one version to another as the server tells it.
export type { InventoryComparison as Comparison, InventoryShift as Shift, InventoryValueChange as ValueChange } from '@/lib/schema'
