import { say } from './phrase.ts'
import type { Teller } from './timeline-words.ts'

/** Lines about the vendor's own records, which are to say what came of the journey. */
export const writeBackTellers: Record<string, Teller> = {
  'write_back.skipped': facts => ({
    phrase: say(
      `What came of it is not written to the vendor's record of the ${recordOf(facts)}: ${facts.text('why') ?? ''}.`,
    ),
    tells: ['target', 'why'],
  }),
  'write_back.done': facts => {
    const tries = facts.number('try') ?? 1
    return {
      phrase: say(
        `The vendor's record of the ${recordOf(facts)} says ${statusOf(facts)} now${tries > 1 ? `, at try ${tries}` : ''}.`,
      ),
      tells: ['target', 'status', 'try'],
    }
  },
  'write_back.put_off': facts => ({
    tone: 'warn',
    phrase: say(`The vendor's record of the ${recordOf(facts)} could not be written. It is tried again.`),
    tells: ['target', 'status', 'try'],
  }),
  'write_back.refused': facts => ({
    tone: 'bad',
    phrase: say(`The vendor refused to have its record of the ${recordOf(facts)} say ${statusOf(facts)}.`),
    tells: ['target', 'status', 'try'],
  }),
  'write_back.given_up': facts => ({
    tone: 'bad',
    phrase: say(
      `The vendor's record of the ${recordOf(facts)} could not be written, and was given up after ${facts.number('try') ?? 1} tries.`,
    ),
    tells: ['target', 'status', 'try'],
  }),
}

type Facts = Parameters<Teller>[0]

const recordOf = (facts: Facts) => facts.text('target') ?? 'lead'
const statusOf = (facts: Facts) => `“${(facts.text('status') ?? '').replaceAll('_', ' ')}”`
