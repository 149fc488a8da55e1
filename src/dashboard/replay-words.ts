import { say } from './phrase.ts'
import type { Teller } from './timeline-words.ts'
import { humanise, lookUp } from './words.ts'

/** Why a replay leaves an effect alone: for one of them, and for many of them after "They". */
const refusals: Record<string, { one: string; many: string }> = {
  not_by_filter: {
    one: 'calls, and what leads to them, are not replayed',
    many: 'are calls, or lead to calls: these have a window, a plan and a budget of their own, and are not replayed',
  },
  under_way: { one: 'it was being tried right then', many: 'are being tried right now' },
  open_question: {
    one: 'it may have happened, so a person decides about it',
    many: 'may have happened: a person decides about each, on the page “Parked”',
  },
  cancelled: { one: 'its journey was cancelled', many: 'belong to journeys that were cancelled' },
  campaign_cancelled: { one: 'its campaign was cancelled', many: 'belong to campaigns that were cancelled' },
  rule_gone: { one: 'no campaign has its rule any more', many: 'come from rules that no campaign has any more' },
  suppressed: { one: 'the number must not be texted', many: 'are texts to numbers that have opted out' },
  too_late: {
    one: 'it comes too late by now',
    many: 'come too late: their platform takes nothing so old, or nobody expects the text any more',
  },
  counts_twice: {
    one: 'it may have arrived, and its platform would count it twice by now',
    many: 'may have arrived, and their platform would count them twice by now',
  },
  no_longer_failing: {
    one: 'it had gone well by then',
    many: 'went well by themselves, or were dropped, before their turn came',
  },
}

export const whyLeftAlone = (reason: string) => lookUp(refusals, reason)?.one ?? humanise(reason).toLowerCase()
export const whyAllLeftAlone = (reason: string) => lookUp(refusals, reason)?.many ?? humanise(reason).toLowerCase()

/** What a replay writes on timelines, and what waits for one. */
export const replayTellers: Record<string, Teller> = {
  'effect.replayed': (facts, effect) => ({
    tone: 'info',
    phrase: say(`${facts.text('by') ?? 'Somebody'} had ${inSentence(effect)} tried anew, in a replay of failures.`),
    tells: ['by'],
  }),
  'effect.not_replayed': (facts, effect) => ({
    phrase: say(
      `A replay of failures left ${inSentence(effect)} alone: ${whyLeftAlone(facts.text('why') ?? 'no reason was given')}.`,
    ),
    tells: ['why', 'by'],
  }),
  'effect.rule_gone': (_facts, effect) => ({
    tone: 'bad',
    phrase: say(
      `${effect} was not sent: the campaign's file has lost its rule. Once the rule is back it can be replayed.`,
    ),
    tells: [],
  }),
  'effect.replay_taken_back': (_facts, effect) => ({
    phrase: say(`The replay was cancelled before ${inSentence(effect)} was tried: it stands as it was.`),
    tells: [],
  }),
}

function inSentence(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
