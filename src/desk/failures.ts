import { createHash } from 'node:crypto'
import type { FailedExchange } from '../errors.ts'
import type { FailureRef } from '../ledger/failure.ts'
import type { FailureFilter, FailureGroup } from '../ledger/failures.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect, EffectError, Journey } from '../ledger/journey.ts'
import { decodePage, encodePage, type Page } from '../ledger/page.ts'
import type { Clearance } from './person-view.ts'

export type { FailureFilter } from '../ledger/failures.ts'
/** Every kind of effect, for whoever asks by it. */
export { effectKinds } from '../ledger/journey.ts'

/** An effect that has gone wrong. */
export interface FailedEffectView {
  journey: string
  campaign: string
  leadId: string
  /** The effect's key. */
  effect: string
  kind: string
  rule: string
  state: string
  tries: number
  firstAt: string
  lastAt: string
  /** When it is tried again by itself, where it is. */
  nextAt?: string
  why?: string
  error?: EffectError
  /** Its last request. The bodies are there for those who may see people. */
  exchange?: FailedExchange
}

/** Effects that failed alike. */
export interface FailureGroupView {
  cause: string
  class: string
  kind: string
  count: number
  /** When the first of them first went wrong, and when one of them last did. */
  firstAt: string
  lastAt: string
  /** Only failures of test campaigns; others never have it. */
  test?: true
  campaigns: { id: string; count: number }[]
  sample: FailedEffectView[]
}

export interface FailureDesk {
  /** Largest group first. */
  list(
    filter: FailureFilter,
    page: Page,
    clearance: Clearance,
  ): Promise<{ failures: FailureGroupView[]; nextCursor?: string }>
}

/** Enough to see whether they are alike. */
const SAMPLE = 5

const iso = (ms: number) => new Date(ms).toISOString()

export function createFailureDesk({ ledger }: { ledger: Ledger }): FailureDesk {
  async function view(group: FailureGroup, clearance: Clearance): Promise<FailureGroupView> {
    const { cause, class: name, kind, count, firstAt, lastAt, test, campaigns, sample } = group
    return {
      ...{ cause, class: name, kind, count, firstAt: iso(firstAt), lastAt: iso(lastAt) },
      ...(test ? { test } : {}),
      campaigns,
      // One that has gone wrong otherwise since it was counted stands under another cause by now.
      sample: await viewEffects(
        ledger,
        sample,
        clearance,
        ({ failure }) => failure?.class === name && failure.cause === cause,
      ),
    }
  }

  return {
    async list(filter, { limit, cursor }, clearance) {
      const after = decodePage(cursor)
      const groups = (await ledger.failures.groups(filter, SAMPLE))
        .map(group => ({ group, id: idOf(group) }))
        .sort((a, b) => b.group.count - a.group.count || (a.id < b.id ? -1 : 1))
        .filter(
          ({ group: { count }, id }) =>
            after === undefined || count < after.at || (count === after.at && id > after.id),
        )
      const shown = groups.slice(0, limit)
      const last = shown.at(-1)
      return {
        failures: await Promise.all(shown.map(({ group }) => view(group, clearance))),
        ...(groups.length > limit && last !== undefined
          ? { nextCursor: encodePage({ at: last.group.count, id: last.id }) }
          : {}),
      }
    },
  }
}

function idOf({ kind, class: name, cause, test }: FailureGroup): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, name, cause, test]))
    .digest('hex')
    .slice(0, 16)
}

/** Those of some failed effects that are still there, and still what is asked for. */
export async function viewEffects(
  ledger: Pick<Ledger, 'journeys'>,
  refs: readonly FailureRef[],
  clearance: Clearance,
  isAsked: (effect: Effect) => boolean = () => true,
): Promise<FailedEffectView[]> {
  const journeys = await Promise.all(refs.map(({ journeyId }) => ledger.journeys.load(journeyId)))
  return refs.flatMap((ref, at) => {
    const journey = journeys[at]
    const effect = journey?.effects.find(({ kind, rule }) => kind === ref.kind && rule === ref.rule)
    return journey === undefined || effect === undefined || !isAsked(effect)
      ? []
      : [effectView(journey, effect, clearance)]
  })
}

function effectView(journey: Journey, effect: Effect, clearance: Clearance): FailedEffectView {
  const { key, kind, rule, state, tries, why, error, failure, plannedAt } = effect
  const step = journey.steps.find(({ kind: what, ref }) => ref === rule && (what === 'text' || what === 'fire'))
  const exchange = journey.private.exchanges?.[key]
  return {
    ...{
      journey: journey.id,
      campaign: journey.campaign,
      leadId: journey.leadId,
      effect: key,
      kind,
      rule,
      state,
      tries,
    },
    firstAt: iso(failure?.firstAt ?? plannedAt),
    lastAt: iso(failure?.lastAt ?? plannedAt),
    ...(step === undefined || state !== 'planned' ? {} : { nextAt: iso(step.dueAt) }),
    ...(why === undefined ? {} : { why }),
    ...(error === undefined ? {} : { error }),
    ...(exchange === undefined ? {} : { exchange: clearance === 'full' ? exchange : withoutBodies(exchange) }),
  }
}

/** Bodies hold what was written to and of a person. */
function withoutBodies({ request: _request, answer: _answer, ...exchange }: FailedExchange): FailedExchange {
  return exchange
}
