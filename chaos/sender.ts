import { setTimeout as wait } from 'node:timers/promises'
import { signStandard } from '../src/webhooks/sources/standard.ts'
import { leadOf, type SentLead } from './leads.ts'

/** What became of the leads, as their sender saw it. */
export interface Sent {
  /** Event id by lead id, of every lead that was answered with a 2xx. */
  accepted: Map<string, string>
  /** Tries by how they ended: `202`, `200`, `503`, `ECONNREFUSED`, … */
  answers: Record<string, number>
  /** Longest that a lead had to be sent again and again, ms. */
  longestMs: number
}

/** Before the second try, then doubling; a `Retry-After` of the service is obeyed. */
const FIRST_RETRY_MS = 250
const MAX_RETRY_MS = 5_000
const ANSWER_WITHIN_MS = 10_000

/**
 * Sends leads by signed webhook at a steady rate, whatever becomes of those before: each is sent again, under the same
 * webhook id, until it is taken. Resolves when all are, or when the signal says to stop.
 */
export async function sendLeads(given: {
  url: string
  secret: Buffer
  seed: number
  journeys: number
  rate: number
  signal: AbortSignal
  sent: Sent
  onAccepted: () => void
}): Promise<void> {
  const { url, secret, seed, journeys, rate, signal, sent, onAccepted } = given
  const startedAt = performance.now()
  const underWay = new Set<Promise<void>>()

  for (let index = 0; index < journeys && !signal.aborted; index += 1) {
    const dueInMs = startedAt + (index / rate) * 1000 - performance.now()
    if (dueInMs > 0) await wait(dueInMs, undefined, { signal }).catch(() => {})
    const delivery = deliver(leadOf(seed, index)).finally(() => underWay.delete(delivery))
    underWay.add(delivery)
  }
  await Promise.all(underWay)

  async function deliver(lead: SentLead): Promise<void> {
    const raw = Buffer.from(
      JSON.stringify({ type: 'call.requested', timestamp: new Date().toISOString(), data: lead.data }),
    )
    const firstAt = performance.now()
    for (let tries = 0; !signal.aborted; tries += 1) {
      const answer = await post(lead.webhookId, raw)
      if (answer.eventId !== undefined) {
        sent.accepted.set(lead.leadId, answer.eventId)
        sent.longestMs = Math.max(sent.longestMs, performance.now() - firstAt)
        onAccepted()
        if (lead.twice) await post(lead.webhookId, raw)
        return
      }
      const backoffMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** tries)
      await wait(Math.max(backoffMs, answer.retryAfterMs), undefined, { signal }).catch(() => {})
    }
  }

  async function post(webhookId: string, raw: Buffer): Promise<{ eventId?: string; retryAfterMs: number }> {
    const headers = {
      'content-type': 'application/json',
      ...signStandard({ secret, id: webhookId, atMs: Date.now(), raw }),
    }
    let seen = 'FAILED'
    try {
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)])
      const answer = await fetch(`${url}/webhooks/standard`, { method: 'POST', headers, body: raw, signal: timeout })
      seen = String(answer.status)
      const body = (await answer.json()) as { eventId?: string }
      const retryAfterMs = Number(answer.headers.get('retry-after') ?? 0) * 1000
      return answer.ok && body.eventId !== undefined ? { eventId: body.eventId, retryAfterMs } : { retryAfterMs }
    } catch (error) {
      seen = codeOf(error)
      return { retryAfterMs: 0 }
    } finally {
      sent.answers[seen] = (sent.answers[seen] ?? 0) + 1
    }
  }
}

/** `fetch` hides the system's own word one level down. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (typeof cause !== 'object' || cause === null) return 'FAILED'
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : ((cause as Error).name ?? 'FAILED')
}
