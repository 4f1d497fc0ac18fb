import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { settings } from '@/boards/settings/routes'
import { root } from '@/lib/api'
import { emissions } from '@/boards/emissions/routes'
import { filing } from '@/boards/filing/routes'

// What changes what is seen is in the address, so that a link shows a colleague
// the same thing.
const coming = (board: string): RouteRecordRaw => ({
  path: board, name: board, component: () => import('@/boards/ComingBoard.vue'), props: { board }, meta: { title: `board.${board}` },
})

export const router = createRouter({
  history: createWebHistory(root),
  routes: [
    { path: '/sign-in', name: 'sign-in', component: () => import('@/boards/entry/SignInPage.vue'), meta: { title: 'signIn.title' } },
    { path: '/wall', name: 'wall', component: () => import('@/boards/wall/WallBoard.vue'), meta: { title: 'board.wall' } },
    {
      path: '/', component: () => import('@/layout/AppShell.vue'), redirect: '/overview',
      children: [
        { path: 'overview', name: 'overview', component: () => import('@/boards/overview/OverviewBoard.vue'), meta: { title: 'board.overview' } },
        emissions, filing, coming('saving'), coming('supply'), coming('assets'), settings,
        { path: 'account', name: 'account', component: () => import('@/boards/account/AccountBoard.vue'), meta: { title: 'account.title' } },
        { path: ':rest(.*)*', name: 'nowhere', component: () => import('@/boards/NoPage.vue'), meta: { title: 'state.notFound' } },
      ],
    },
  ],
})
