import type { RouteRecordRaw } from 'vue-router'

const title = 'board.filing'

/** The pages of 数据填报. */
export const filing: RouteRecordRaw = {
  path: 'filing', component: () => import('./FilingBoard.vue'), meta: { title },
  children: [
    { path: '', name: 'filing', component: () => import('./FormsPage.vue') },
    { path: 'grid', name: 'filing-grid', component: () => import('./GridPage.vue') },
    { path: 'evidence', name: 'filing-evidence', component: () => import('./EvidencePage.vue') },
  ],
}
