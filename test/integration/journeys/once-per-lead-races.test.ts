import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import { ShiftedClock } from '../../../src/clock.ts'
import { leadPixelKey, plannedEffect } from '../../../src/ledger/effects.ts'
import type { Ledger } from '../../../src/ledger/index.ts'
import type { Journey } from '../../../src/ledger/journey.ts'
import { replayEffect } from '../../../src/ledger/replay-effect.ts'
import { claimOnce } from '../../../src/workers/claim-once.ts'
import type { Deed } from '../../../src/workers/deed.ts'
import { writeIntent } from '../../../src/workers/perform-effect.ts'
import { skipPlannedEffect } from '../../../src/workers/set-aside.ts'
import type { StepContext } from '../../../src/workers/step-job.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { uniquePrefix } from '../../support/prefix.ts'

const rule = 'paid'
const campaign = { reconcile: { skewMs: 0 } } as Campaign
const clock = new ShiftedClock()

/** Lets one of many go on at a time, from one await to the next, in an order that is told. */
class Turns {
  readonly #waiting: (() => void)[] = []
  #moved: () => void = () => {}

  /** Waits for its turn. */
  take(): Promise<void> {
    return new Promise(go => {
      this.#waiting.push(go)
      this.#moved()
    })
  }

  async run(works: readonly (() => Promise<void>)[], order: readonly number[]): Promise<void> {
    let running = 0
    const failures: unknown[] = []
    const settle = async (step: () => void) => {
      const moved = new Promise<void>(resolve => {
        this.#moved = resolve
      })
      step()
      await moved
    }
    for (const work of works) {
      running += 1
      await settle(() => {
        void work()
          .catch(error => failures.push(error))
          .finally(() => {
            running -= 1
            this.#moved()
          })
      })
    }
    for (let at = 0; running > 0; at += 1) {
      const [go] = this.#waiting.splice((order[at] ?? at) % this.#waiting.length, 1)
      if (go !== undefined) await settle(go)
    }
    expect(failures).toEqual([])
  }
}

async function openJourneys(ledger: Ledger, leadId: string): Promise<string[]> {
  const person = ledger.identity.personOfLead('leadsail', leadId)
  const own = { campaign: 'roof', provider: 'leadsail' as const, leadId, test: false }
  const effect = plannedEffect({ key: leadPixelKey(own, rule), kind: 'pixel', rule, plannedAt: clock.now() })
  const ids: string[] = []
  for (const name of ['a', 'b']) {
    const journey: Journey = {
      ...{ ...own, id: ledger.identity.journeyId(person, leadId, name), version: 1, person: person.id },
      ...{ eventId: name, joinedEvents: [], zones: [], attempts: [], effects: [{ ...effect }] },
      ...{ steps: [{ kind: 'fire', ref: rule, dueAt: 0, tries: 0 }], createdAt: clock.now(), private: {} },
    }
    expect(await ledger.journeys.open(journey, () => undefined, ids.at(-1))).toBe('opened')
    ids.push(journey.id)
  }
  return ids
}

type Played = [isGivenUp: boolean, asked: [string, number][], answers: boolean[], order: number[]]

/** The second journey reads that the first has given up, and takes over after the first was replayed and has fired. */
const lateTakeOver: Played = [
  true,
  [
    ['fire', 1],
    ['replay', 0],
    ['fire', 0],
  ],
  [true, true],
  [0, 2, 2, 0, 0, 1, 1, 1, 0, 0],
]

/** A worker stalls between claim and intent, until another has tried it, the second journey has fired, and a replay. */
const lateIntent: Played = [
  false,
  [
    ['fire', 0],
    ['fire', 0],
    ['fire', 1],
    ['replay', 0],
  ],
  [false, true, true],
  [0, 3, 0, 3, 3, 3, 0, 2, 2, 2, 2, 2, 0, 0],
]

test('of two journeys of one lead never both fire, whoever stalls, is replayed or takes over at any await', async () => {
  const ledger = await openLedger({ REDIS_URL: inject('redisUrl'), REDIS_PREFIX: uniquePrefix() }, clock)
  const parts = { ledger, clock, random: Math.random, requestTimeoutMs: 30_000 }
  let runs = 0
  const seen = { fired: 0, refused: 0, skipped: 0, takenOver: 0 }
  const works = fc.array(fc.tuple(fc.constantFrom('fire', 'fire', 'replay'), fc.constantFrom(0, 1)), {
    minLength: 3,
    maxLength: 9,
  })
  const property = async (...[isGivenUp, asked, answers, order]: Played) => {
    const arrives = isGivenUp ? [false, ...answers] : answers
    runs += 1
    const pair = await openJourneys(ledger, `lead_${runs}`)
    const turns = new Turns()
    let requests = 0
    let open = 0
    const arrived: string[] = []
    const tried = new Set<string>()
    const { once, journeys } = ledger
    const slow: Pick<Ledger, 'once' | 'journeys'> = {
      once: { ...once, claim: (...args) => turns.take().then(() => once.claim(...args)) },
      journeys: { ...journeys, load: id => turns.take().then(() => journeys.load(id)) },
    }

    /** As the worker does it, and whether it arrives is told. */
    const fire = async (id: string) => {
      await turns.take()
      const journey = await journeys.load(id)
      const effect = journey?.effects[0]
      const step = journey?.steps.find(({ kind }) => kind === 'fire')
      if (journey === undefined || effect === undefined || step === undefined) return
      const held = await claimOnce(slow, journey, effect)
      await turns.take()
      if (held !== undefined) {
        if (held.forMs > 0) return
        seen.skipped += 1
        await skipPlannedEffect(parts, { journey } as StepContext, effect, held.message)
        return
      }
      const backoff = { firstMs: 1, maxMs: 1 }
      const deed: Deed<void> = { effectKey: effect.key, step, backoff, intend: () => {}, done: () => ({}) }
      const intent = await writeIntent(parts, { journey, campaign }, deed)
      if ('settled' in intent) return
      open += 1
      expect(open).toBe(1)
      expect(arrived).toEqual([])
      const isTaken = arrives[requests++] === true
      await turns.take()
      if (isTaken) arrived.push(id)
      seen[isTaken ? 'fired' : 'refused'] += 1
      open -= 1
      await journeys.transition(id, draft => {
        const own = draft.effect(effect.key)
        if (own === undefined) return false
        own.state = isTaken ? 'done' : 'refused'
        draft.drop('reconcile', own.key)
        return undefined
      })
      tried.add(id)
    }
    const replay = async (id: string, name: string) => {
      await turns.take()
      await journeys.transition(id, draft => {
        const [own] = draft.journey.effects
        if (own?.state !== 'refused') return false
        replayEffect(draft, own, { replay: name, by: 'a test' })
        return undefined
      })
    }
    // The lead's mark is held, and whoever holds it has given up.
    if (isGivenUp) await turns.run([() => fire(String(pair[0]))], [])
    await turns.run(
      asked.map(([what, which], index) => {
        const id = String(pair[which])
        return () => (what === 'fire' ? fire(id) : replay(id, `rpl_${index}`))
      }),
      order,
    )
    expect(arrived.length).toBeLessThanOrEqual(1)
    if (tried.size === 2) seen.takenOver += 1
  }
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      works,
      fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
      fc.array(fc.nat({ max: 50 }), { minLength: 60, maxLength: 60 }),
      property,
    ),
    { numRuns: 600, examples: [lateTakeOver, lateIntent] },
  )
  console.log(`${runs} runs: ${JSON.stringify(seen)}`)
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10)
}, 60_000)
