// A device's file: fetched, checked and put.
import { ask } from '@/lib/api'
import type { DeviceCard } from '@/lib/schema'

const toml = (data: string) => ({ raw: { type: 'application/toml', data } })
const one = (site: string, device: string) => `/sites/${site}/devices/${encodeURIComponent(device)}`

export const readFile = async (site: string, device: string, signal?: AbortSignal): Promise<string> => (await ask(`${one(site, device)}/file`, signal ? { signal } : {})).text()

export const checkFile = async (site: string, device: string, text: string): Promise<DeviceCard> =>
  (await ask(`/sites/${site}/device-check/${encodeURIComponent(device)}`, { method: 'POST', ...toml(text) })).json() as Promise<DeviceCard>

export const putFile = async (site: string, device: string, text: string): Promise<void> => void (await ask(`${one(site, device)}/file`, { method: 'PUT', ...toml(text) }))

export const remove = async (site: string, device: string): Promise<void> => void (await ask(one(site, device), { method: 'DELETE' }))
