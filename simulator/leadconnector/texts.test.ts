import { expect, test } from 'vitest'
import { startBench } from './testing.ts'

test('a text is taken, can be read again and is in the truth', async () => {
  const bench = await startBench({ leads: [{ leadId: 'c1', phone: '+12125550123' }] })
  const body = { type: 'SMS', contactId: 'c1', message: 'Hi', toNumber: '+12125550124' }
  const taken = await bench.ask('POST', '/conversations/messages', { body })
  expect([taken.status, taken.body]).toEqual([
    200,
    {
      conversationId: expect.stringMatching(/^conv_/),
      messageId: expect.stringMatching(/^msg_/),
      status: 'pending',
      msg: 'Message queued successfully.',
    },
  ])
  const { conversationId, messageId } = taken.body
  expect(bench.simulator.truth().texts).toEqual([
    {
      vendor: 'leadconnector',
      messageId,
      leadId: 'c1',
      to: '+12125550124',
      from: expect.stringMatching(/^\+1/),
      text: 'Hi',
      at: bench.now(),
      interactionId: conversationId,
      campaignId: '',
    },
  ])
  const { toNumber: _to, ...plain } = body
  await bench.ask('POST', '/conversations/messages', { body: plain })
  expect(bench.simulator.truth().texts[1]).toMatchObject({ to: '+12125550123', interactionId: conversationId })
  const shown = await bench.ask('GET', `/conversations/messages/${messageId}`)
  expect(shown.body).toMatchObject({ id: messageId, conversationId, body: 'Hi', messageType: 'TYPE_SMS' })
  await bench.ask('POST', '/conversations/messages', { body })
  expect(bench.simulator.truth().duplicates?.texts).toMatchObject([{ to: '+12125550124', text: 'Hi' }])
})

test('faults strike by contact, before or after what was asked for is done', async () => {
  const bench = await startBench({
    faults: [
      { match: { leadId: 'c1', method: 'POST' }, kind: 'reset_after', times: 1 },
      { match: { leadId: 'c2' }, kind: 'status', status: 429 },
    ],
  })
  const send = (contactId: string) =>
    bench.ask('POST', '/conversations/messages', { body: { type: 'SMS', contactId, message: 'Hi' } })
  await expect(send('c1')).rejects.toThrow()
  expect((await send('c2')).body).toMatchObject({ statusCode: 429, message: 'Too Many Requests' })
  expect(bench.simulator.truth().counts.texts).toBe(1)
  bench.simulator.reset()
  expect(bench.simulator.truth().counts.texts).toBe(0)
})
