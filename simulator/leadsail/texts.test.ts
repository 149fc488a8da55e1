import { expect, test } from 'vitest'
import { startBench } from '../testing.ts'

test('texts to one number from one number are one thread', async () => {
  const bench = await startBench({ leads: [{ leadId: 'lead_1', phone: '+12125550123' }] })
  const first = await bench.post('/sms/send', { leadId: 'lead_1', message: 'one', campaignId: 'HXZ' })
  expect(first.body).toEqual({
    success: true,
    data: {
      messageId: expect.stringMatching(/^msg_/),
      status: 'sent',
      interactionId: expect.stringMatching(/^int_/),
    },
  })
  const { interactionId } = first.body.data
  bench.advance(1000)
  const second = await bench.post('/sms/send', { leadId: 'lead_1', message: 'two', to: '+12125550123', interactionId })
  const other = await bench.post('/sms/send', { leadId: 'lead_1', message: 'three', to: '+12125550124' })
  expect(second.body.data['interactionId']).toBe(interactionId)
  expect(other.body.data['interactionId']).not.toBe(interactionId)
  expect(await bench.interaction(String(interactionId))).toMatchObject({
    type: 'sms',
    status: 'incomplete',
    phone: '+12125550123',
    sms: { agentMode: false, direction: 'outbound' },
    transcript: [
      { role: 'agent', message: 'one', source: 'api', timestamp: new Date(bench.now() - 1000).toISOString() },
      { role: 'agent', message: 'two', source: 'api' },
    ],
    updatedAt: new Date(bench.now()).toISOString(),
  })
  expect(bench.simulator.truth().texts).toMatchObject([
    { leadId: 'lead_1', to: '+12125550123', text: 'one', interactionId, at: bench.now() - 1000 },
    { text: 'two', interactionId },
    { text: 'three', to: '+12125550124' },
  ])
})

test('two leads behind one number both see its thread', async () => {
  const phone = '+12125550123'
  const bench = await startBench({
    leads: [
      { leadId: 'a', phone },
      { leadId: 'b', phone },
    ],
  })
  const toOne = await bench.post('/sms/send', { leadId: 'a', message: 'hi a' })
  const toOther = await bench.post('/sms/send', { leadId: 'b', message: 'hi b' })
  expect(toOther.body.data['interactionId']).toBe(toOne.body.data['interactionId'])
  expect(await bench.list('b')).toEqual(await bench.list('a'))
  expect(await bench.list('b')).toMatchObject([{ transcript: [{ message: 'hi a' }, { message: 'hi b' }] }])
})

test('a lead answers in its thread, or opens one', async () => {
  const bench = await startBench()
  await bench.post('/sms/send', { leadId: 'a', message: 'hi' })
  bench.advance(5000)
  const at = new Date(bench.now() - 1000).toISOString()
  bench.simulator.control({
    inbound: [
      { leadId: 'a', text: 'STOP', at },
      { leadId: 'b', text: 'hello?' },
    ],
  })
  expect(await bench.list('a')).toMatchObject([
    { transcript: [{ source: 'api' }, { role: 'user', source: 'inbound', message: 'STOP', timestamp: at }] },
  ])
  expect(await bench.list('b')).toMatchObject([
    { type: 'sms', sms: { direction: 'inbound' }, transcript: [{ role: 'user' }] },
  ])
  expect(bench.simulator.truth().counts.texts).toBe(1)
})

test('the same words twice to one number are told as a duplicate', async () => {
  const bench = await startBench()
  for (const message of ['hi', 'hi', 'ho']) await bench.post('/sms/send', { leadId: 'a', message })
  expect(bench.simulator.truth().duplicates?.texts).toMatchObject([
    { text: 'hi', messageIds: [{}, {}].map(() => expect.any(String)) },
  ])
})

test('a pixel is fired with what LeadSail documents, and told as a duplicate the second time', async () => {
  const bench = await startBench()
  const pixel = { leadId: 'a', pixelId: '77', platform: 'facebook', eventName: 'Lead', eventValue: 50, currency: 'USD' }
  const { body } = await bench.post('/pixels/fire', { ...pixel, testEventCode: 'T1' })
  expect(body).toEqual({
    success: true,
    data: { success: true, platform: 'facebook', eventName: 'Lead', pixelId: '77', leadId: 'a' },
  })
  expect(bench.simulator.truth().pixels).toEqual([
    { vendor: 'leadsail', ...pixel, actionSource: 'system_generated', testEventCode: 'T1', at: bench.now() },
  ])
  await bench.post('/pixels/fire', pixel)
  expect(bench.simulator.truth().duplicates?.pixels).toEqual([
    { leadId: 'a', pixelId: '77', platform: 'facebook', eventName: 'Lead', times: 2 },
  ])
})
