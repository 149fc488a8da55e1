import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { signLeadSail } from '../../../src/webhooks/sources/leadsail.ts'
import { signStandard } from '../../../src/webhooks/sources/standard.ts'
import { LEADSAIL_SECRET, WEBHOOK_SECRET } from '../../support/stage.ts'

/** One HTTP request, header by header and byte by byte. */
export interface Delivery {
  method?: string
  path: string
  /** A list of values is sent as that many headers. */
  headers: OutgoingHttpHeaders
  body: Buffer
  /** Without a content-length. */
  chunked?: boolean
}

export interface WireAnswer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** `{}` where the answer is no JSON or has no body. */
  body: Record<string, unknown>
  /** From the first byte sent to the last byte read, ms. */
  tookMs: number
}

/** As many connections as there are requests at once, used again. */
const agent = new Agent({ keepAlive: true })

export function deliver(url: string, { method = 'POST', path, headers, body, chunked }: Delivery): Promise<WireAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>()
  const startedAt = performance.now()
  const length = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': body.length }
  const sending = request(`${url}${path}`, { method, agent, headers: { ...headers, ...length } }, response => {
    const chunks: Buffer[] = []
    response.on('data', chunk => chunks.push(chunk))
    response.once('error', reject)
    response.once('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const isJson = text !== '' && /json/.test(response.headers['content-type'] ?? '')
      const tookMs = performance.now() - startedAt
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : {},
        tookMs,
      })
    })
  })
  sending.once('error', reject)
  sending.end(body)
  return promise
}

const JSON_TYPE = { 'content-type': 'application/json' }

/** A delivery as LeadSail makes it. */
export function fromLeadSail(body: Buffer | Record<string, unknown>): Delivery {
  const headers = { ...JSON_TYPE, ...signLeadSail(LEADSAIL_SECRET) }
  return { path: '/webhooks/leadsail', headers, body: toBytes(body) }
}

/** The text of one of LeadSail's events, with everything in it. */
export function leadSailEvent(leadId: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    event: 'lead.processed',
    leadId,
    submissionId: `sub_${leadId}`,
    campaignId: 'HXZ',
    status: 'qualified',
    timestamp: '2026-11-20T10:00:00.000Z',
    data: { firstName: 'Ann', lastName: 'Lee', email: 'ann.lee@example.com', phone: '+12025550123' },
    ...more,
  }
}

export const standardKey = keyOf(WEBHOOK_SECRET)

/** The bytes behind a `whsec_…` secret. */
export function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice('whsec_'.length), 'base64')
}

/** A signed Standard Webhook. */
export function fromStandard(
  body: Buffer | Record<string, unknown>,
  { id, atMs, key = standardKey }: { id: string; atMs: number; key?: Buffer },
): Delivery {
  const raw = toBytes(body)
  const headers = { ...JSON_TYPE, ...signStandard({ secret: key, id, atMs, raw }) }
  return { path: '/webhooks/standard', headers, body: raw }
}

/** A body that asks for a call. */
export function callRequested(leadId: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'call.requested', data: { campaign: 'roof', leadId, phone: '+12025550123', ...more } }
}

function toBytes(body: Buffer | Record<string, unknown>): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
}

/** Today and its neighbours as holidays: journeys open and wait, nobody is called. */
export function closedToday(nowMs = Date.now()): { holidays: string[] } {
  const day = (offset: number) => new Date(nowMs + offset * 86_400_000).toISOString().slice(0, 10)
  return { holidays: [-1, 0, 1].map(day) }
}
