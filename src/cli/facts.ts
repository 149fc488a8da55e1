import { plainText } from './plain-text.ts'
import type { Screen } from './screen.ts'
import { textWidth } from './text-width.ts'

/** What is known of one thing, a line each; what is not known is left out. Values are made harmless here. */
export function sayFacts(screen: Screen, facts: readonly (readonly [name: string, value: string | undefined])[]): void {
  const known = facts.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value] as const]))
  const width = Math.max(0, ...known.map(([name]) => textWidth(name)))
  for (const [name, value] of known) {
    screen.say(`${screen.paint('dim', name)}${' '.repeat(width - textWidth(name) + 2)}${plainText(value)}`)
  }
}
