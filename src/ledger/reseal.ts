import { z } from 'zod'
import type { Seal } from '../seal.ts'

/** What is stored, sealed anew with the first key; `undefined` where it is already, or where nothing of it is sealed. */
type Reseal<T> = (stored: T) => T | undefined

/** Texts and bodies as they are. */
export const resealText =
  (seal: Seal): Reseal<string> =>
  stored =>
    seal.keyOf(stored) === seal.sealsWith ? undefined : seal.sealText(seal.openText(stored))

export const resealBytes =
  (seal: Seal): Reseal<Buffer> =>
  stored =>
    seal.keyOf(stored) === seal.sealsWith ? undefined : seal.sealBytes(seal.openBytes(stored))

const Sealed = z.record(z.string(), z.unknown())

/** Some fields of a JSON object, which may stand behind a number of turns (`7 {…}`). */
export const resealFields =
  (seal: Seal, names: readonly string[]): Reseal<string> =>
  stored => {
    const start = stored.indexOf('{')
    const parsed = start < 0 ? undefined : Sealed.safeParse(JSON.parse(stored.slice(start))).data
    if (parsed === undefined) return undefined
    let isChanged = false
    const entries = Object.entries(parsed).map(([name, value]) => {
      const after = names.includes(name) && typeof value === 'string' ? resealText(seal)(value) : undefined
      isChanged ||= after !== undefined
      return [name, after ?? value]
    })
    return isChanged ? stored.slice(0, start) + JSON.stringify(Object.fromEntries(entries)) : undefined
  }
