import { expect, test } from 'vitest'
import type { EventView } from '../../../src/desk/events.ts'
import { untilReady, workerConnection } from '../../../src/redis/connect.ts'
import { createKeys } from '../../../src/redis/keys.ts'
import { parseRedisUrl } from '../../../src/redis/redis-url.ts'
import { isOver, type Stage, startStage } from '../../support/stage.ts'
import { callRequested, type Delivery, deliver, fromLeadSail, fromStandard, leadSailEvent } from './deliveries.ts'

const TIMES = 1_000

async function eventsOf(stage: Stage): Promise<EventView[]> {
  return (await stage.api<{ events: EventView[] }>('/events')).body.events
}

/** Whether the queue still knows the event's job. */
async function isQueued(stage: Stage, eventId: string): Promise<boolean> {
  const target = parseRedisUrl(String(stage.env['REDIS_URL']))
  if (typeof target === 'string') throw new Error(target)
  const client = workerConnection(target)
  try {
    await untilReady(client, 5_000)
    const prefix = createKeys(String(stage.env['REDIS_PREFIX'])).queuePrefix('receive-event')
    return (await client.exists(`${prefix}:receive-event:${eventId}`)) === 1
  } finally {
    client.disconnect()
  }
}

test.each<[source: string, make: (stage: Stage) => Delivery]>([
  ['leadsail', () => fromLeadSail(leadSailEvent('lead_1'))],
  ['standard', stage => fromStandard(callRequested('lead_1'), { id: 'msg_1', atMs: stage.clock.now() })],
])(
  '%s: an event that comes 1,000 times at once, again later and after a restart is one event and one journey',
  async (source, make) => {
    const stage = await startStage()
    const delivery = make(stage)
    const answers = await Promise.all(Array.from({ length: TIMES }, () => deliver(stage.url, delivery)))
    const accepted = answers.filter(answer => answer.status === 202)
    expect(accepted).toHaveLength(1)
    const eventId = String(accepted[0]?.body['eventId'])
    expect(accepted[0]?.body).toEqual({ status: 'accepted', eventId })
    const duplicates = answers.filter(answer => answer.status === 200)
    expect(duplicates).toHaveLength(TIMES - 1)
    for (const { body } of duplicates) expect(body).toEqual({ status: 'duplicate', eventId })

    const journey = await stage.journey('lead_1', isOver)
    await expect.poll(() => isQueued(stage, eventId)).toBe(false)
    const late = await deliver(stage.url, delivery)
    expect([late.status, late.body]).toEqual([200, { status: 'duplicate', eventId }])

    await stage.restart()
    const later = await deliver(stage.url, delivery)
    expect([later.status, later.body]).toEqual([200, { status: 'duplicate', eventId }])

    // Listed once, under its first id, counted, and with the one journey it made.
    expect(await eventsOf(stage)).toMatchObject([
      { id: eventId, source, state: 'processed', duplicates: TIMES + 1, journeys: [journey.id], replays: 0 },
    ])
    const [listed] = await eventsOf(stage)
    expect(Date.parse(String(listed?.lastDuplicateAt))).toBeGreaterThanOrEqual(Date.parse(String(listed?.receivedAt)))
    expect((await stage.journeysOf('lead_1')).map(({ id }) => id)).toEqual([journey.id])
    expect(stage.simulator.truth().calls).toHaveLength(1)
  },
)

test('every source names its events as its vendor does', async () => {
  const stage = await startStage()
  const atMs = stage.clock.now()
  const base = leadSailEvent('lead_1')
  const { submissionId: _, ...bare } = base
  const { timestamp: __, ...timeless } = base
  /** Each group is one event; its deliveries differ in what does not count. */
  const groups: Delivery[][] = [
    [fromLeadSail(base), fromLeadSail({ ...base, leadId: 'lead_2', status: 'other' })],
    [fromLeadSail({ ...base, submissionId: 'sub_2' })],
    [fromLeadSail({ ...base, event: 'lead.delivered' }), fromLeadSail({ ...base, event: 'lead.delivered', data: {} })],
    [fromLeadSail({ ...base, timestamp: '2026-11-20T10:00:01.000Z' })],
    [fromLeadSail(bare), fromLeadSail({ ...bare, status: 'other' }), fromLeadSail({ ...bare, submissionId: '' })],
    [fromLeadSail({ ...bare, leadId: 'lead_2' })],
    // Nothing names it: every byte counts.
    [fromLeadSail(timeless), fromLeadSail(timeless)],
    [fromLeadSail({ ...timeless, status: 'other' })],
    [fromLeadSail(Buffer.from('no JSON')), fromLeadSail(Buffer.from('no JSON'))],
    [fromLeadSail(Buffer.from('no JSON '))],
    // The id alone, signed at whatever time, around whatever body.
    [
      fromStandard(callRequested('lead_1'), { id: 'msg_1', atMs }),
      fromStandard(callRequested('lead_1'), { id: 'msg_1', atMs: atMs - 60_000 }),
      fromStandard(callRequested('lead_2'), { id: 'msg_1', atMs }),
    ],
    [fromStandard(callRequested('lead_1'), { id: 'msg_2', atMs })],
  ]
  const ids = new Set<string>()
  for (const [at, [first, ...others]] of groups.entries()) {
    const taken = await deliver(stage.url, first as Delivery)
    expect([at, taken.status]).toEqual([at, 202])
    const eventId = String(taken.body['eventId'])
    ids.add(eventId)
    for (const other of others) {
      const { status, body } = await deliver(stage.url, other)
      expect([at, status, body]).toEqual([at, 200, { status: 'duplicate', eventId }])
    }
  }
  expect(ids.size).toBe(groups.length)
  const listed = await eventsOf(stage)
  expect(new Set(listed.map(({ id }) => id))).toEqual(ids)
  expect(listed.reduce((sum, event) => sum + event.duplicates, 0)).toBe(groups.flat().length - groups.length)
})
