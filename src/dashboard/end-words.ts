import { say } from './phrase.ts'
import type { Teller } from './timeline-words.ts'

/** Lines about what is learned after a call, and about telling others of the end. */
export const endTellers: Record<string, Teller> = {
  'extracted.read': facts => {
    const fields = facts.number('fields') ?? 0
    const found = fields === 0 ? 'nothing' : fields === 1 ? 'one field' : `${fields} fields`
    return {
      phrase: say(`What the vendor found out in call ${facts.number('attempt') ?? ''} was read: ${found}.`),
      tells: ['attempt', 'fields'],
    }
  },
  'end.told': facts => {
    const tries = facts.number('try') ?? 1
    return {
      phrase: say(`The end was told to your own system${tries > 1 ? `, at try ${tries}` : ''}.`),
      tells: ['try'],
    }
  },
  'end.not_told': () => ({
    tone: 'warn',
    phrase: say('The end could not be told to your own system. It is tried again.'),
    tells: ['try'],
  }),
  'end.telling_given_up': facts => ({
    tone: 'bad',
    phrase: say(
      `The end could not be told to your own system, and was given up after ${facts.number('try') ?? 1} tries.`,
    ),
    tells: ['try'],
  }),
  'end.telling_again': () => ({ phrase: say('The end is told to your own system once more.'), tells: [] }),
}
