import type { Campaign, FollowUp } from '../campaigns/campaign.ts'
import type { UnknownFact } from '../campaigns/follow-ups.ts'
import type { Outcome } from '../campaigns/vocabulary.ts'
import { followUpKey } from '../ledger/effects.ts'
import type { Journey } from '../ledger/journey.ts'
import { isSent, type JourneyVerdict, sentBy } from './dry-run-journey.ts'

/** Journeys that are shown for each line, so that somebody can look whether it is right. */
const SAMPLE = 5

type Kind = FollowUp['act']['kind']

interface Rule {
  rule: string
  kind: Kind
}

/** Compared with what was really sent. */
export interface Changes {
  /** Would be sent, and was not asked for. */
  added: number
  /** Was sent, and would not be. */
  removed: number
  /** Was sent, and would be. */
  same: number
  /** Of `same`: texts that would read otherwise. */
  reworded: number
  /** Was asked for and not sent (suppressed, cancelled, refused), and would be asked for. */
  notSent: number
}

export interface RuleTally {
  /** Rules in the order of the file, without those that would send nothing. */
  wouldFire: (Rule & { count: number; sample: FiredSample[] })[]
  changes: Changes & { rules: (Rule & Changes)[] }
  /** Where nobody can tell, because what a rule depends on was not kept. Neither counted as sent nor as not sent. */
  unknown: (Rule & { count: number; missing: UnknownFact[]; sample: { journey: string; leadId: string }[] })[]
  /** Texts that could not be sent. */
  refused: (Rule & { count: number; reason: string })[]
  /** Rules that would send nothing. */
  silent: string[]
}

interface FiredSample {
  journey: string
  leadId: string
  outcome: Outcome
  text?: string
}

interface Line {
  changes: Changes
  count: number
  sample: FiredSample[]
  unknown: { count: number; missing: Set<UnknownFact>; sample: { journey: string; leadId: string }[] }
  refused: Map<string, number>
}

/** Adds up what a set of rules says of journeys. Its size depends on the rules alone, not on the journeys. */
export function createTally({ followUps }: Pick<Campaign, 'followUps'>) {
  const lines = new Map<string, Line>()
  for (const { id, act } of followUps) line({ rule: id, kind: act.kind })

  function line({ rule, kind }: Rule): Line {
    const key = `${kind}:${rule}`
    let found = lines.get(key)
    if (found === undefined) {
      found = {
        changes: { added: 0, removed: 0, same: 0, reworded: 0, notSent: 0 },
        count: 0,
        sample: [],
        unknown: { count: 0, missing: new Set(), sample: [] },
        refused: new Map(),
      }
      lines.set(key, found)
    }
    return found
  }

  function add(journey: Journey, verdict: JourneyVerdict): void {
    const { id, leadId } = journey
    for (const { followUp, outcome, text } of verdict.fires) {
      const own = line(ruleOf(followUp))
      own.count += 1
      if (own.sample.length < SAMPLE) {
        own.sample.push({ journey: id, leadId, outcome, ...(text === undefined ? {} : { text }) })
      }
      const sent = sentBy(journey, followUp)
      if (sent === undefined) own.changes.added += 1
      else if (sent === 'not_sent') own.changes.notSent += 1
      else own.changes.same += 1
      const before = journey.private.texts?.[followUpKey(journey, followUp)]
      if (sent === 'sent' && before !== undefined && before !== text) own.changes.reworded += 1
    }
    for (const { followUp, missing } of verdict.unknown) {
      const { unknown } = line(ruleOf(followUp))
      unknown.count += 1
      for (const fact of missing) unknown.missing.add(fact)
      if (unknown.sample.length < SAMPLE) unknown.sample.push({ journey: id, leadId })
    }
    for (const { followUp, reason } of verdict.refused) {
      const { refused } = line(ruleOf(followUp))
      // Reasons name a length; texts of a rule have few of them, and what is beyond is counted all the same.
      const key = refused.has(reason) || refused.size < SAMPLE ? reason : 'others'
      refused.set(key, (refused.get(key) ?? 0) + 1)
    }
    for (const { kind, rule, ...effect } of journey.effects) {
      if ((kind !== 'sms' && kind !== 'pixel') || !isSent({ kind, rule, ...effect })) continue
      const isAsked = [...verdict.fires, ...verdict.unknown].some(
        ({ followUp }) => followUp.id === rule && followUp.act.kind === kind,
      )
      if (!isAsked) line({ rule, kind }).changes.removed += 1
    }
  }

  function result(): RuleTally {
    const all = [...lines].map(([key, own]) => ({ ...ruleOfKey(key), own }))
    const sum = (name: keyof Changes) => all.reduce((total, { own }) => total + own.changes[name], 0)
    return {
      wouldFire: all.flatMap(({ rule, kind, own: { count, sample } }) =>
        count === 0 ? [] : [{ rule, kind, count, sample }],
      ),
      changes: {
        added: sum('added'),
        removed: sum('removed'),
        same: sum('same'),
        reworded: sum('reworded'),
        notSent: sum('notSent'),
        rules: all.map(({ rule, kind, own }) => ({ rule, kind, ...own.changes })),
      },
      unknown: all.flatMap(({ rule, kind, own: { unknown } }) =>
        unknown.count === 0 ? [] : [{ rule, kind, ...unknown, missing: [...unknown.missing] }],
      ),
      refused: all.flatMap(({ rule, kind, own }) =>
        [...own.refused].map(([reason, count]) => ({ rule, kind, count, reason })),
      ),
      silent: followUps.map(({ id }) => id).filter(id => all.some(({ rule, own }) => rule === id && own.count === 0)),
    }
  }

  return { add, result }
}

function ruleOf({ id, act }: FollowUp): Rule {
  return { rule: id, kind: act.kind }
}

function ruleOfKey(key: string): Rule {
  const [kind = '', ...rule] = key.split(':')
  return { rule: rule.join(':'), kind: kind as Kind }
}
