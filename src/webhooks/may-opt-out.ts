import type { SourceEvent } from '../sources/meaning.ts'

/** Whether a body says that a lead opts out, or may say so in its own words. What cannot be read says nothing. */
export function mayOptOutBy(read: (raw: Buffer) => SourceEvent): (raw: Buffer) => boolean {
  return raw => {
    try {
      return ['opted_out', 'text_received'].includes(read(raw).meaning.kind)
    } catch {
      return false
    }
  }
}
