import { expect, test } from 'vitest'
import { createLeadSailSource } from '../../../src/webhooks/sources/leadsail.ts'
import { startStage } from '../../support/stage.ts'
import { type Delivery, deliver, fromLeadSail, leadSailEvent } from './deliveries.ts'

const NAME = 'x-webhook-secret'

test("LeadSail's secret is compared whole, and either of two opens", async () => {
  const stage = await startStage({ env: { LEADSAIL_WEBHOOK_SECRET: 'the-old-one, the-new-one' } })
  const send = (leadId: string, secret: string | string[] | undefined) => {
    const { headers, ...delivery } = fromLeadSail(leadSailEvent(leadId))
    const { [NAME]: _, ...others } = headers
    const wanted: Delivery['headers'] = secret === undefined ? others : { ...others, [NAME]: secret }
    return deliver(stage.url, { ...delivery, headers: wanted })
  }

  const refused: (string | string[] | undefined)[] = [
    undefined,
    '',
    'sesame',
    'the-old-on',
    'the-old-one1',
    'THE-OLD-ONE',
    'the-old-one, the-new-one',
    ['the-old-one', 'the-old-one'],
    ['the-old-one', 'wrong'],
  ]
  const texts = new Set<string>()
  for (const secret of refused) {
    const answer = await send('lead_1', secret)
    expect([secret, answer.status]).toEqual([secret, 401])
    texts.add(answer.text)
  }
  expect([...texts]).toHaveLength(1)
  expect((await stage.api('/events')).body).toEqual({ events: [] })

  expect((await send('lead_1', 'the-old-one')).status).toBe(202)
  expect((await send('lead_2', 'the-new-one')).status).toBe(202)
})

test('a LeadSail event is named by event, submission (else lead) and time, whatever else it says', () => {
  const { ownId } = createLeadSailSource(['secret'])
  const nameOf = (body: unknown) => ownId({ headers: {}, raw: Buffer.from(JSON.stringify(body)) })
  const base = leadSailEvent('lead_1', { submissionId: 'sub_1' })

  expect(nameOf(base)).toBeDefined()
  expect(nameOf({ ...base, leadId: 'lead_2', status: 'new', data: {} })).toBe(nameOf(base))
  for (const other of [{ event: 'lead.delivered' }, { submissionId: 'sub_2' }, { timestamp: '2026-11-20T10:00:01Z' }]) {
    expect(nameOf({ ...base, ...other })).not.toBe(nameOf(base))
  }

  const { submissionId: _, ...bare } = base
  expect(nameOf(bare)).toBeDefined()
  expect(nameOf({ ...bare, leadId: 'lead_2' })).not.toBe(nameOf(bare))
  // No submission is as good as none: two leads are never one event.
  for (const absent of [null, '', {}, []]) expect(nameOf({ ...base, submissionId: absent })).toBe(nameOf(bare))
  // Parts do not run into each other.
  expect(nameOf({ event: 'a', submissionId: 'b\nc', timestamp: 'd' })).not.toBe(
    nameOf({ event: 'a', submissionId: 'b', timestamp: 'c\nd' }),
  )
  // Nothing to go by: its body names it.
  for (const missing of [{ event: '' }, { timestamp: '' }, { timestamp: null }, { submissionId: '', leadId: '' }]) {
    expect(nameOf({ ...base, ...missing })).toBeUndefined()
  }
})
