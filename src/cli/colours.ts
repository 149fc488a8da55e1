import type { Tone } from '../dashboard/words.ts'
import type { Style } from './screen.ts'

const styles: Readonly<Record<string, Style>> = {
  // Journeys, and what belongs to them.
  dialing: 'cyan',
  in_call: 'cyan',
  live: 'cyan',
  intended: 'cyan',
  following_up: 'cyan',
  done: 'green',
  qualified: 'green',
  answered: 'green',
  stopped: 'dim',
  skipped: 'dim',
  parked: 'yellow',
  unknown: 'yellow',
  opted_out: 'yellow',
  refused: 'red',
  expired: 'red',
  failed: 'red',
  unmapped: 'red',
  // Campaigns.
  running: 'green',
  paused: 'yellow',
  cancelled: 'dim',
  // Events.
  rejected: 'red',
  ignored: 'dim',
}

/** How a state, an outcome or a status is coloured. */
export function styleOf(word: string | undefined): Style | undefined {
  return word !== undefined && Object.hasOwn(styles, word) ? styles[word] : undefined
}

/** How words are coloured that say themselves how they are meant. */
export const toneStyles: Readonly<Record<Tone, Style | undefined>> = {
  quiet: undefined,
  info: 'cyan',
  live: 'cyan',
  good: 'green',
  warn: 'yellow',
  bad: 'red',
}
