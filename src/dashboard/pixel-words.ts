import { say } from './phrase.ts'
import type { Teller } from './timeline-words.ts'

/** Lines about pixels alone. */
export const pixelTellers: Record<string, Teller> = {
  'pixel.held': (facts, effect) => {
    const until = facts.instant('until')
    return {
      tone: 'warn',
      phrase: say(
        `${effect} waits: ${facts.text('why') ?? 'its destination takes no pixels now'}. It is fired as soon as pixels are taken there again`,
        ...(until === undefined ? [] : [', and given up at ', until]),
        '.',
      ),
      tells: ['why', 'until', 'destination'],
    }
  },
  'pixel.to_repeat': (facts, effect) => ({
    tone: 'warn',
    phrase: say(
      `${effect} may or may not have arrived. Its rule says to fire it again, which is due `,
      facts.instant('until') ?? 'soon',
      '.',
    ),
    tells: ['until'],
  }),
}
