import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventView } from '../../../src/desk/events.ts'
import { plainCampaign, startStage } from '../../support/stage.ts'
import {
  callRequested,
  closedToday,
  type Delivery,
  deliver,
  fromLeadSail,
  fromStandard,
  leadSailEvent,
} from './deliveries.ts'
import { oddBodies } from './odd-bodies.ts'

const isFull = process.env['TEST_SCALE'] === 'full'
const BODIES = isFull ? 10_000 : 1_000
/** The same bodies at every run, so that a failure can be looked into; new ones at the full scale. */
const SEED = isFull ? Date.now() % 1_000_000 : 20_261_120
/** Requests at once. */
const SENDERS = 20

const goodBodies = (leadId: string, phone: string): Record<string, unknown>[] => [
  leadSailEvent(leadId, { data: { phone, firstName: 'Ann' } }),
  leadSailEvent(leadId, { event: 'lead.delivered', submissionId: null }),
  callRequested(leadId, { phone, timezone: 'America/New_York', fields: { note: 'hello', score: 7 } }),
  { type: 'call.ended', data: { provider: 'leadsail', interactionId: 'int_1' } },
  { type: 'lead.opted_out', data: { phone: '+12025550147', channels: ['voice'] } },
]
const base = fc
  .nat(7_999)
  .chain(number => fc.constantFrom(...goodBodies(`lead_${number}`, `+1202555${2_000 + number}`)))
const body = oddBodies(base)

test(`${BODIES} authentic deliveries of anything: no crash, no 5xx, and every one that was taken comes to an end`, async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, dial: { ...plainCampaign.dial, ...closedToday() } }],
  })
  const bodies = fc.sample(fc.record({ raw: body, source: fc.constantFrom('leadsail', 'standard') }), {
    numRuns: BODIES,
    seed: SEED,
  })
  const taken = new Map<string, number>()
  const statuses: Record<string, number> = {}
  let next = 0
  const sender = async () => {
    for (let at = next++; at < bodies.length; at = next++) {
      const { raw, source } = bodies[at] as (typeof bodies)[number]
      const delivery: Delivery =
        source === 'leadsail' ? fromLeadSail(raw) : fromStandard(raw, { id: `msg_${at}`, atMs: stage.clock.now() })
      const answer = await deliver(stage.url, delivery)
      const allowed = source === 'leadsail' ? [202, 200] : [202, 400]
      const shown = `${source} #${at} (seed ${SEED}): ${raw.toString('latin1').slice(0, 200)}`
      expect(allowed, `${answer.status} for ${shown}`).toContain(answer.status)
      statuses[`${source} ${answer.status}`] = (statuses[`${source} ${answer.status}`] ?? 0) + 1
      if (answer.status === 400) continue
      const eventId = String(answer.body['eventId'])
      taken.set(eventId, (taken.get(eventId) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, sender))

  // What was put off comes at once: a minute a look.
  const waiting = async () => {
    stage.clock.advance(60_000)
    return (await stage.api<{ events: EventView[] }>('/events?status=received&limit=1000')).body.events
  }
  await expect.poll(waiting, { timeout: 30_000, interval: 200 }).toEqual([])

  const listed: EventView[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const path = `/events?limit=1000${cursor && `&cursor=${cursor}`}`
    const page: { events: EventView[]; nextCursor?: string } = (await stage.api<never>(path)).body
    listed.push(...page.events)
    cursor = page.nextCursor
  }
  const counted = new Map(listed.map(event => [event.id, event.duplicates + 1]))
  expect(counted).toEqual(taken)
  const states = Object.groupBy(listed, event => event.state)
  const silent = [...(states.rejected ?? []), ...(states.ignored ?? [])].filter(event => !event.reason)
  expect(silent).toEqual([])
  // Every kind of end was met: the bodies are odd, and not all of them nonsense.
  expect(Object.keys(states).sort()).toEqual(['ignored', 'joined', 'processed', 'rejected'])
  expect(Object.keys(statuses).sort()).toEqual(['leadsail 200', 'leadsail 202', 'standard 202', 'standard 400'])

  expect((await stage.api<{ status: string }>('/events')).status).toBe(200)
  const errors = stage.lines.filter(line => line['level'] === 'error' || line['level'] === 'fatal')
  expect(errors).toEqual([])
  if (isFull)
    console.log('fuzz', statuses, Object.fromEntries(Object.entries(states).map(([state, of]) => [state, of?.length])))
}, 300_000)
