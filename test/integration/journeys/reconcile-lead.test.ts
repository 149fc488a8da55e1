import { describe, expect, test } from 'vitest'
import type { FaultRule } from '../../../simulator/faults.ts'
import type { JourneyView } from '../../../src/desk/journey-view.ts'
import { eventually } from '../../support/eventually.ts'
import {
  act,
  createdLeads,
  creation,
  importNew,
  journeysOf,
  listCampaign,
  onlyJourney,
  people,
  phoneOf,
  startListStage,
} from '../../support/new-leads.ts'
import { isOver, plainCampaign, type Stage } from '../../support/stage.ts'

const park = { dial: { ...plainCampaign.dial, onUnknown: 'park' } }
const once = (fault: Pick<FaultRule, 'kind'> & Partial<FaultRule>) => ({ match: creation, times: 1, ...fault })
const happenings = (journey: JourneyView) => journey.timeline.map(({ what }) => what)
const leadEffect = ({ effects }: JourneyView) => effects.find(({ kind }) => kind === 'lead')

/** One person of a list whose creation at the vendor goes wrong. */
async function withPerson(campaign: Record<string, unknown>, faults: FaultRule[], lagMs = 0): Promise<Stage> {
  const stage = await startListStage(campaign, { control: { faults, lists: { lagMs } } })
  await importNew(stage, people(1))
  await act(stage, 'start')
  return stage
}

const isAsked = (journey: JourneyView) => leadEffect(journey)?.state === 'unknown'

describe('a creation whose answer was lost', () => {
  test.each([
    ['a connection that breaks after the lead was created', { kind: 'reset_after' }],
    ['a 5xx after the lead was created', { kind: 'status', status: 502, afterCommit: true }],
    ['an answer that cannot be read', { kind: 'bad_json' }],
  ] as const)('%s: the lead is found, adopted and called', async (_name, fault) => {
    const stage = await withPerson({}, [once(fault)])
    const journey = await onlyJourney(stage, isOver)
    const [created, ...more] = createdLeads(stage.simulator)
    expect(more).toEqual([])
    expect(journey).toMatchObject({ state: 'done', outcome: 'answered', leadId: created?.leadId })
    expect(leadEffect(journey)).toMatchObject({ state: 'done', tries: 1, result: { adopted: true } })
    expect(happenings(journey)).toEqual(expect.arrayContaining(['lead.unknown', 'lead.found_done', 'call.done']))
    expect(stage.simulator.truth().calls).toMatchObject([{ leadId: created?.leadId, phone: phoneOf(0) }])
    // The lead leads to its journey.
    expect(await stage.journeysOf(created?.leadId ?? '')).toMatchObject([{ id: journey.id }])
  })

  test('a lead who opted out by its id before it was found is not called', async () => {
    const stage = await withPerson({}, [once({ kind: 'reset_after' })])
    const [created] = await eventually(() => {
      expect(createdLeads(stage.simulator)).toHaveLength(1)
      return createdLeads(stage.simulator)
    })
    const { body } = await stage.send('lead.opted_out', { leadId: created?.leadId })
    expect(await stage.event(String(body['eventId']))).toMatchObject({ state: 'processed', journeys: [] })
    const journey = await onlyJourney(stage, isOver)
    expect(journey).toMatchObject({ state: 'stopped', reason: 'suppressed', leadId: created?.leadId })
    expect(stage.simulator.truth().calls).toEqual([])
  })

  test.each([
    ['a 5xx', { kind: 'status', status: 502 }],
    ['a connection that breaks before the lead is created', { kind: 'reset_before' }],
  ] as const)('%s: its absence is seen over the grace, then it is created, once', async (_name, fault) => {
    const stage = await withPerson({}, [once(fault)])
    const journey = await onlyJourney(stage, isOver)
    expect(leadEffect(journey)).toMatchObject({ state: 'done', tries: 2 })
    const requests = (route: string) => stage.simulator.requests().filter(entry => entry.route === route)
    const [first, second, ...more] = requests('POST /leads')
    expect(more).toEqual([])
    expect(Number(second?.at) - Number(first?.at)).toBeGreaterThanOrEqual(300 + 1_000)
    expect(requests('GET /leads').length).toBeGreaterThanOrEqual(2)
    expect(Number(requests('GET /leads')[0]?.at) - Number(first?.at)).toBeGreaterThanOrEqual(300)
    expect(createdLeads(stage.simulator)).toHaveLength(1)
    expect(stage.simulator.truth().calls).toHaveLength(1)
  })

  test('the journey waits as scheduled meanwhile, and holds no place', async () => {
    const pace = { callsPerSecond: 1000, maxLive: 1 }
    const reconcile = { grace: 'PT1H', looks: 2, skew: 'PT0.3S' }
    const dial = { ...plainCampaign.dial, pace }
    const stage = await withPerson({ dial, reconcile }, [once({ kind: 'reset_before' })])
    expect(await onlyJourney(stage, isAsked)).toMatchObject({ state: 'scheduled', attempts: [], leadId: '' })
    await importNew(stage, people(1, 1))
    await eventually(async () =>
      expect((await stage.campaign('list')).progress).toMatchObject({ total: 2, scheduled: 1, done: 1 }),
    )
    expect(stage.simulator.truth().calls).toMatchObject([{ phone: phoneOf(1) }])
  })

  test('a list that lags less than the grace costs nothing', async () => {
    const stage = await withPerson({}, [once({ kind: 'reset_after' })], 900)
    const journey = await onlyJourney(stage, isOver)
    expect(happenings(journey)).toContain('effect.not_found_yet')
    expect(createdLeads(stage.simulator)).toHaveLength(1)
  })

  test('a list that lags more than the grace is where the promise ends under redial, and holds under park', async () => {
    const creating = await withPerson({}, [once({ kind: 'reset_after' })], 60_000)
    await onlyJourney(creating, isOver)
    expect(createdLeads(creating.simulator)).toHaveLength(2)
    expect(creating.simulator.truth().calls).toHaveLength(1)

    const parking = await withPerson(park, [once({ kind: 'reset_after' })], 60_000)
    expect(await onlyJourney(parking, isOver)).toMatchObject({ state: 'parked', leadId: '' })
    expect(createdLeads(parking.simulator)).toHaveLength(1)
    expect(parking.simulator.truth().calls).toEqual([])
  })

  test('two leads that could be it are for a person', async () => {
    const stage = await withPerson({}, [once({ kind: 'reset_after' })])
    await onlyJourney(stage, isAsked)
    const twin = { leadId: 'lead_twin', phone: phoneOf(0), campaignId: 'HXZ' }
    stage.simulator.control({ leads: [twin] })
    const journey = await onlyJourney(stage, isOver)
    expect(journey).toMatchObject({ state: 'parked', leadId: '' })
    expect(leadEffect(journey)?.why).toMatch(/^2 leads could be it: lead_/)
    expect(stage.simulator.truth().calls).toEqual([])
  })

  test('a lead of another campaign, another number or another time is not taken for it', async () => {
    const stage = await startListStage()
    stage.simulator.control({ leads: [{ leadId: 'lead_old', phone: phoneOf(0), campaignId: 'HXZ' }] })
    stage.clock.advance(60_000)
    stage.simulator.control({
      leads: [
        { leadId: 'lead_else', phone: phoneOf(0), campaignId: 'SUN' },
        { leadId: 'lead_other', phone: phoneOf(7), campaignId: 'HXZ' },
      ],
      faults: [once({ kind: 'reset_before' })],
    })
    await importNew(stage, people(1))
    await act(stage, 'start')
    const journey = await onlyJourney(stage, isOver)
    expect(leadEffect(journey)).toMatchObject({ state: 'done', tries: 2 })
    expect(createdLeads(stage.simulator)).toMatchObject([{ leadId: journey.leadId }])
  })

  test.each(['reset_before', 'reset_after'] as const)(
    'a lead that was created for another journey of the number is not taken for it (%s)',
    async kind => {
      const slow = { ...listCampaign, reconcile: { grace: 'PT1S', looks: 2, skew: 'PT2S' } }
      const stage = await startListStage({}, { campaigns: [slow, { ...slow, id: 'again' }] })
      await importNew(stage, people(1))
      await act(stage, 'start')
      const { leadId } = await onlyJourney(stage, isOver)
      stage.simulator.control({ faults: [once({ kind })] })
      await importNew(stage, people(1), { campaign: 'again' })
      await act(stage, 'start', 'again')
      await eventually(async () => expect((await stage.campaign('again')).progress.done).toBe(1))
      const [journey] = await journeysOf(stage, 'again')
      expect(createdLeads(stage.simulator)).toMatchObject([{ leadId }, { leadId: journey?.leadId }])
      expect(journey?.leadId).not.toBe(leadId)
    },
  )

  test('a journey that was cancelled meanwhile learns its lead and calls nobody', async () => {
    const stage = await withPerson({}, [once({ kind: 'reset_after' })])
    const { id } = await onlyJourney(stage, isAsked)
    await stage.api(`/journeys/${id}/cancel`, { method: 'POST' })
    const journey = await onlyJourney(stage, isOver)
    expect(journey).toMatchObject({ state: 'stopped', reason: 'cancelled' })
    expect(journey.leadId).toBe(createdLeads(stage.simulator)[0]?.leadId)
    expect(stage.simulator.truth().calls).toEqual([])
  })
})

describe('a creation that waits for a person', () => {
  const decide = (stage: Stage, { id }: { id: string }, json: Record<string, unknown>) =>
    stage.api<JourneyView & { detail?: string }>(`/parked/${encodeURIComponent(`lead:${id}`)}`, { json })

  test('it happened: the id that it has at the vendor is needed, and must be nobody else’s', async () => {
    const stage = await withPerson(park, [once({ kind: 'reset_after' })], 60_000)
    const journey = await onlyJourney(stage, isOver)
    const { body } = await stage.api<{ parked: unknown[] }>('/parked')
    expect(body.parked).toMatchObject([{ key: `lead:${journey.id}`, kind: 'lead', leadId: '' }])
    expect(await decide(stage, journey, { happened: true })).toMatchObject({ status: 422 })

    await importNew(stage, people(1, 1))
    await eventually(async () => expect((await stage.campaign('list')).progress.done).toBe(1))
    const [lost, other] = createdLeads(stage.simulator)
    expect(await decide(stage, journey, { happened: true, leadId: other?.leadId })).toMatchObject({ status: 422 })
    expect(await decide(stage, journey, { happened: true, leadId: lost?.leadId })).toMatchObject({
      status: 200,
      body: { leadId: lost?.leadId, state: 'scheduled' },
    })
    expect(await stage.journey(lost?.leadId ?? '', isOver)).toMatchObject({ id: journey.id, state: 'done' })
    expect(await decide(stage, journey, { happened: true, leadId: lost?.leadId })).toMatchObject({ status: 409 })
    expect(createdLeads(stage.simulator)).toHaveLength(2)
    expect(stage.simulator.truth().calls.filter(({ leadId }) => leadId === lost?.leadId)).toHaveLength(1)
  })

  test('it did not: the lead is created and called', async () => {
    const stage = await withPerson(park, [once({ kind: 'reset_before' })])
    const journey = await onlyJourney(stage, ({ state }) => state === 'parked')
    expect(await decide(stage, journey, { happened: false })).toMatchObject({
      status: 200,
      body: { state: 'scheduled' },
    })
    expect(await onlyJourney(stage, ({ state }) => state === 'done')).toMatchObject({ outcome: 'answered' })
    expect(createdLeads(stage.simulator)).toHaveLength(1)
  })
})
