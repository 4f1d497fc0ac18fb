import { ref } from 'vue'

export type Theme = 'light' | 'dark' | 'screen'

export const theme = ref<Theme>((document.documentElement.dataset.theme as Theme | undefined) ?? 'light')

/** Puts a theme on; the wall's own is not remembered. */
export function setTheme(next: Theme): void {
  theme.value = next
  document.documentElement.dataset.theme = next
  document.documentElement.classList.toggle('dark', next !== 'light')
  if (next !== 'screen') remember('theme', next)
}

/** Keeps a choice in the browser, where it lets us. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // a kiosk without storage: the choice holds until it is closed
  }
}
