// What a chart shows at the pointer. ECharts takes HTML, so every text is escaped.

const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A text that stays a text in HTML. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => marks[c]!)

/** A row: its colour, its name and its value. */
export interface TipRow {
  name: string
  value: string
  colour?: string
  strong?: boolean
}

/** Lays rows out below a title. Colours are tokens and never a reader's text. */
export function tip(title: string, rows: TipRow[], foot = ''): string {
  const dot = (c: string | undefined) => `<i style="display:inline-block;width:8px;height:8px;border-radius:2px;margin-right:8px;background:${c ?? 'transparent'}"></i>`
  const lines = rows.map((r) => `<div style="display:flex;justify-content:space-between;gap:24px;font-weight:${r.strong ? 600 : 400}"><span>${dot(r.colour)}${escaped(r.name)}</span><span>${escaped(r.value)}</span></div>`)
  return `<div style="font-weight:600;margin-bottom:4px">${escaped(title)}</div>${lines.join('')}${foot ? `<div style="max-width:260px;white-space:normal;opacity:.75;margin-top:4px">${escaped(foot)}</div>` : ''}`
}
