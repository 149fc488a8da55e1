import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { signStandard } from '../src/webhooks/sources/standard.ts'

export interface Lead {
  leadId: string
  firstName: string
}

const names =
  'Ava Noah Mia Liam Zoe Ethan Ruth Omar Grace Luis Nora Kofi Iris Hugo Lena Amir June Theo Rosa Finn Maya Owen Tara Jude Elsa'

/** Who comes in. Their numbers and time zones are in the vendor's record of them. */
export const leads = names.split(' ').map((firstName, index) => ({
  leadId: `lead_${String(index + 1).padStart(2, '0')}`,
  firstName,
})) as [Lead, ...Lead[]]

/** From one webhook to the next: a form on a busy page. */
const EVERY_MS = 400
/** This one is delivered twice, as senders do that did not hear the answer. */
const TWICE = 4
/** When the service cannot take it now: what senders wait that are told nothing else. */
const AGAIN_MS = 1_000

export interface Delivered {
  /** Leads whose webhook was taken. */
  accepted: number
  /** Deliveries of a webhook that had been taken before. */
  duplicates: number
}

export interface Destination {
  url: string
  secret: Buffer
  campaign: string
  signal: AbortSignal
}

/**
 * Sends every lead as a signed `call.requested` of Standard Webhooks.
 * @param onAnswer told after every answer, with the sums so far
 * @throws when one is not taken, or when `signal` is aborted
 */
export async function sendLeads(to: Destination, onAnswer: (sums: Delivered) => void): Promise<void> {
  const sums = { accepted: 0, duplicates: 0 }
  const startedAt = performance.now()
  for (const [index, lead] of leads.entries()) {
    const waitMs = Math.round(startedAt + index * EVERY_MS - performance.now())
    if (waitMs > 0) await pause(waitMs, undefined, { signal: to.signal })
    const id = `msg_${randomUUID()}`
    await deliver(to, id, lead)
    sums.accepted += 1
    if (index === TWICE && (await deliver(to, id, lead)) === 'duplicate') sums.duplicates += 1
    onAnswer({ ...sums })
  }
}

/** Delivers a webhook as senders do: again for as long as the service says that it cannot take it now. */
async function deliver(to: Destination, id: string, { leadId, firstName }: Lead): Promise<'accepted' | 'duplicate'> {
  for (;;) {
    const atMs = Date.now()
    const timestamp = new Date(atMs).toISOString()
    const data = { campaign: to.campaign, leadId, firstName }
    const raw = Buffer.from(JSON.stringify({ type: 'call.requested', timestamp, data }))
    const response = await fetch(`${to.url}/webhooks/standard`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signStandard({ secret: to.secret, id, atMs, raw }) },
      body: raw,
      signal: to.signal,
    })
    const answer = (await response.json()) as { status?: unknown }
    if (answer.status === 'accepted' || answer.status === 'duplicate') return answer.status
    if (response.status !== 503) {
      throw new Error(`the webhook of ${leadId} was answered ${response.status} ${JSON.stringify(answer)}`)
    }
    await pause(AGAIN_MS, undefined, { signal: to.signal })
  }
}
