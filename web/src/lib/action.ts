import { i18n } from '@/i18n'

/** An action of the rights' table in the reader's language; one that the page does not know yet is told by its id. */
export function actionName(action: string): string {
  const key = 'people.action.' + action.replace(/[.-]/g, '_')
  return i18n.global.te(key, 'zh') ? i18n.global.t(key) : action
}
