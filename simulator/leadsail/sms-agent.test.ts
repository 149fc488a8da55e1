import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../test/support/eventually.ts'
import { startBench } from '../testing.ts'

test('texts of one window go on to the SMS agent as one, with the thread so far; without one they go nowhere', async () => {
  const taken: Record<string, unknown>[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', () => {
      taken.push(JSON.parse(text))
      response.end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const bench = await startBench({
    leads: [{ leadId: 'lead_1', phone: '+12125550123' }],
    inbound: [{ leadId: 'lead_1', text: 'early' }],
  })
  await bench.post('/sms/send', { leadId: 'lead_1', message: 'Hello' })
  bench.advance(1_000)
  bench.simulator.control({
    leadsail: { smsAgent: { url, windowMs: 50 } },
    inbound: [
      { leadId: 'lead_1', text: 'Who is this?' },
      { leadId: 'lead_1', text: 'STOP' },
    ],
  })
  await eventually(() => expect(taken).toHaveLength(1))
  expect(taken[0]).toMatchObject({
    message: { combinedText: 'Who is this?\nSTOP', messageCount: 2, senderPhone: '+12125550123' },
    lead: { leadId: 'lead_1', phone: '+12125550123' },
    campaign: { campaignId: 'HXZ' },
    interaction: {
      interactionId: expect.stringMatching(/^int_/),
      transcript: [
        { role: 'user', message: 'early', source: 'inbound' },
        { role: 'agent', message: 'Hello', source: 'api' },
        { role: 'user', message: 'Who is this?', source: 'inbound' },
        { role: 'user', message: 'STOP', source: 'inbound' },
      ],
    },
    timestamp: new Date(bench.now()).toISOString(),
  })
})
