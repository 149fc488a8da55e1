import type { Settings } from './settings.ts'

/** The vendors that let callers in by a key. */
type Keyed = keyof Settings['current']['apiKeys']

/** Whether a vendor lets this key in: one of those it was told, else any that is not empty. */
export function isLetIn(settings: Settings, vendor: Keyed, key: string | undefined): boolean {
  const allowed = settings.current.apiKeys[vendor]
  return key !== undefined && key !== '' && (allowed === undefined || [allowed].flat().includes(key))
}
