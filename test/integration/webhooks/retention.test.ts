import { expect, test } from 'vitest'
import { runCleanUp } from '../../support/clean-up.ts'
import { isOver, type Stage, startStage } from '../../support/stage.ts'
import { callRequested, deliver, fromLeadSail, fromStandard, leadSailEvent } from './deliveries.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

async function rawStatus(stage: Stage, eventId: string): Promise<number> {
  const answer = await fetch(`${stage.url}/api/v1/events/${eventId}/raw`)
  await answer.arrayBuffer()
  return answer.status
}

test('a body is kept for the retention, and what tells a duplicate for seven days at least', async () => {
  const stage = await startStage({ env: { RETENTION: 'P1D' } })
  const vendors = fromLeadSail(leadSailEvent('lead_1'))
  const own = () =>
    fromStandard(callRequested('lead_2', { phone: '+12025550124' }), { id: 'msg_1', atMs: stage.clock.now() })
  const eventIds: string[] = []
  for (const delivery of [vendors, own()]) {
    const answer = await deliver(stage.url, delivery)
    expect(answer.status).toBe(202)
    eventIds.push(String(answer.body['eventId']))
  }
  for (const leadId of ['lead_1', 'lead_2']) await stage.journey(leadId, isOver)
  const expectDuplicates = async () => {
    for (const [at, delivery] of [vendors, own()].entries()) {
      const { status, body } = await deliver(stage.url, delivery)
      expect([status, body]).toEqual([200, { status: 'duplicate', eventId: eventIds[at] }])
    }
  }

  // Within the retention nothing goes.
  stage.clock.advance(DAY_MS - HOUR_MS)
  await runCleanUp(stage)
  for (const eventId of eventIds) expect(await rawStatus(stage, eventId)).toBe(200)
  await expectDuplicates()

  // Past it the body is gone; the record stays and still tells.
  stage.clock.advance(2 * HOUR_MS)
  await runCleanUp(stage)
  for (const eventId of eventIds) expect(await rawStatus(stage, eventId)).toBe(404)
  await expectDuplicates()

  stage.clock.advance(6 * DAY_MS - 2 * HOUR_MS)
  await runCleanUp(stage)
  await expectDuplicates()
  const { events } = (await stage.api<{ events: { id: string; duplicates: number }[] }>('/events')).body
  expect(events.map(event => event.duplicates)).toEqual([3, 3])

  // Past seven days even the record goes: it is the clean-up that was watched above.
  stage.clock.advance(2 * HOUR_MS)
  await runCleanUp(stage)
  expect((await stage.api('/events')).body).toEqual({ events: [] })
  expect((await deliver(stage.url, vendors)).status).toBe(202)
})

test('an event that is not handled yet keeps its body past the retention', async () => {
  const stage = await startStage({
    env: { RETENTION: 'P1D' },
    control: { faults: [{ kind: 'status', status: 503 }] },
  })
  const answer = await deliver(stage.url, fromLeadSail(leadSailEvent('lead_1', { data: {} })))
  const eventId = String(answer.body['eventId'])
  await stage.event(eventId, event => event.reason !== undefined)
  stage.clock.advance(2 * DAY_MS)
  await runCleanUp(stage)
  expect(await rawStatus(stage, eventId)).toBe(200)
})

test('what has lost its body cannot be replayed, and says so', async () => {
  const stage = await startStage({ env: { RETENTION: 'P1D' } })
  const answer = await deliver(stage.url, fromLeadSail(leadSailEvent('lead_1')))
  const eventId = String(answer.body['eventId'])
  await stage.journey('lead_1', isOver)
  stage.clock.advance(2 * DAY_MS)
  await runCleanUp(stage)
  const replay = await stage.api(`/events/${eventId}/replay`, { method: 'POST' })
  expect(replay.status).toBe(404)
  expect((await stage.event(eventId)).replays).toBe(0)
})
