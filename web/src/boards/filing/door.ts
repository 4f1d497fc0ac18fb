// Where the server keeps forms, cells and months.
import { ask, get } from '@/lib/api'
import type { Door } from './saver'
import type { Sign } from './presence'
import type { Act, Cell, Complaint, Form, Grid, Past, Refusal, Wish } from './types'

const part = encodeURIComponent
/** The path of a cell; a row's id is its source and its parameter. */
function cellPath(site: string, row: string, month: string, act = ''): string {
  const cut = row.indexOf('/')
  return `/sites/${part(site)}/cells/${part(row.slice(0, cut))}/${part(row.slice(cut + 1))}/${month}${act}`
}
const post = async <T>(path: string, body: unknown): Promise<T> => (await ask(path, { method: 'POST', body })).json() as Promise<T>

export const forms = (site: string, year: string, signal: AbortSignal): Promise<Form[]> => get<Form[]>(`/sites/${part(site)}/forms`, { year }, signal)
export const grid = (site: string, query: { from: string; to: string; node: string }, signal?: AbortSignal): Promise<Grid> => get<Grid>(`/sites/${part(site)}/grid`, query, signal)

const bodyOf = ({ row: _row, month: _month, ...body }: Wish) => body

/** The door through which cells are saved. */
export const doorOf = (site: string): Door => ({
  one: async (w) => (await ask(cellPath(site, w.row, w.month), { method: 'PUT', body: bodyOf(w) })).json() as Promise<Cell>,
  many: (cells) => post<{ cells: Cell[]; refused: Refusal[] }>(`/sites/${part(site)}/cells`, { cells }),
})

export const explain = (site: string, row: string, month: string, body: { rule: string; reason: string; evidence?: string[] }) => post<Cell>(cellPath(site, row, month, '/explain'), body)
export const comment = (site: string, row: string, month: string, text: string) => post<Cell>(cellPath(site, row, month, '/comments'), { text })
export const giveBack = (site: string, row: string, month: string, reason: string) => post<Cell>(cellPath(site, row, month, '/return'), { reason })
export const past = async (site: string, row: string, month: string, signal: AbortSignal): Promise<Past[]> => (await get<{ items: Past[] }>(cellPath(site, row, month, '/history'), {}, signal)).items

/** Moves a month on, or back. */
export const move = (site: string, month: string, act: Act, reason: string) => ask(`/sites/${part(site)}/months/${month}/${act}`, { method: 'POST', body: reason ? { reason } : {} })
/** Takes months to their next review; it tells those that did not go. */
export const approveAll = (site: string, months: string[]) => post<{ refused: { month: string; errors: Complaint[] }[] }>(`/sites/${part(site)}/months/approve`, { months })

/** Tells the others in which cell the reader is; to be elsewhere is no cell. */
export const here = (site: string, row: string, month: string) => post<Sign[]>(`/sites/${part(site)}/presence`, { row, month })
