import { createLeadConnector, type LeadConnector } from '../../../src/clients/leadconnector.ts'
import { ShiftedClock } from '../../../src/clock.ts'
import { printedLog, printedMessage, printedText } from './leadconnector-samples.ts'
import { serve, type VendorServer } from './servers.ts'

export const LOCATION = 'LOC123456789ABCDEF'
export const connect = (server: Pick<VendorServer, 'url'>, clock = new ShiftedClock()) =>
  createLeadConnector({
    baseUrl: server.url,
    key: { token: 'pit-0123456789' },
    locationId: LOCATION,
    versions: { voice: '2021-04-15', contacts: '2021-07-28' },
    clock,
  })

/** Status, body and headers by method and beginning of the path; status 0 cuts the connection. */
export type Answers = Record<string, [status: number, body: unknown, headers?: Record<string, string>]>

export const contact = { contact: { id: 'c1', phone: '+15550001111' } }
const usual: Answers = {
  'GET /voice-ai/dashboard/call-logs': [200, { total: 1, page: 1, pageSize: 50, callLogs: [printedLog] }],
  'GET /voice-ai/dashboard/call-logs/': [200, printedLog],
  'GET /conversations/messages/': [200, printedMessage],
  'POST /conversations/messages': [200, printedText],
  'GET /contacts/': [200, contact],
  'POST /contacts/': [200, { succeded: true, traceId: 'ea99a9b0-5dd8-4b6e-8d6c-b5a5bb5d3a5c' }],
}

/** A vendor that answers by method and beginning of the path, the longest that fits. */
export async function answering(answers: Answers = {}): Promise<VendorServer> {
  const all = { ...usual, ...answers }
  const longestFirst = Object.keys(all).toSorted((a, b) => b.length - a.length)
  return serve((response, _, { method, url }) => {
    const [status, body, headers] = all[longestFirst.find(key => `${method} ${url}`.startsWith(key)) ?? ''] ?? [404, '']
    if (status === 0) return void response.socket?.resetAndDestroy()
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
}

/** What the client makes of these answers. */
export async function answered<T>(answers: Answers, call: (client: LeadConnector) => Promise<T>): Promise<T> {
  await using server = await answering(answers)
  await using client = connect(server)
  return await call(client)
}
