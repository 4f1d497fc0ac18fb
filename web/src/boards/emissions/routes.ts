import type { RouteRecordRaw } from 'vue-router'

const title = 'board.emissions'

/** The pages of 碳排放管理. A source, a version, a line and a comparison each have an address. */
export const emissions: RouteRecordRaw = {
  path: 'emissions', name: 'emissions', component: () => import('./EmissionsBoard.vue'), redirect: { name: 'emissions-sources' }, meta: { title },
  children: [
    { path: 'sources', name: 'emissions-sources', component: () => import('./SourcesPage.vue') },
    { path: 'plan', name: 'emissions-plan', component: () => import('./PlanPage.vue') },
    { path: 'inventories', name: 'emissions-inventories', component: () => import('./InventoriesPage.vue') },
    { path: 'inventories/:id', name: 'emissions-inventory', component: () => import('./InventoryPage.vue'), props: true },
    { path: 'verifications', name: 'emissions-verifications', component: () => import('./desk/DesksPage.vue') },
    { path: 'inventories/:id/verify', name: 'emissions-desk', component: () => import('./desk/DeskPage.vue'), props: true },
    { path: 'working/:period', name: 'emissions-working', component: () => import('./WorkingPage.vue'), props: true },
    { path: 'card', name: 'emissions-card', component: () => import('./CardPage.vue') },
    { path: 'compare', name: 'emissions-compare', component: () => import('./ComparePage.vue') },
    { path: 'factors', name: 'emissions-factors', component: () => import('./FactorsPage.vue') },
  ],
}
