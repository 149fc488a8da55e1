import type { PartOptions } from '../part.ts'
import type { Persistence } from '../webhook-sender.ts'
import { USUAL_LOCATION } from './control.ts'
import type { Signer } from './signing.ts'

/** Six times more, every ten minutes or so. https://marketplace.gohighlevel.com/docs/webhook/WebhookIntegrationGuide */
const TRIES = 7
const RETRY_DELAY_MS = 600_000

export type Announcer = ReturnType<typeof createAnnouncer>

/** Sends the account's webhooks: signed, and again after a 429 alone. */
export function createAnnouncer({
  now,
  newId,
  settings,
  webhooks,
  signer,
}: Pick<PartOptions, 'now' | 'newId' | 'settings' | 'webhooks'> & { signer: Signer }) {
  const persistence: Persistence = {
    isWorthIt: status => status === 429,
    tries: () => TRIES,
    delayMs: () => settings.current.webhooks.retryDelayMs ?? RETRY_DELAY_MS / settings.current.timeScale,
  }

  return {
    locationId: () => settings.current.leadconnector.locationId ?? USUAL_LOCATION,
    announce(type: string, fields: Record<string, unknown>): void {
      const { webhooks: to, locationId = USUAL_LOCATION } = settings.current.leadconnector
      if (!to) return
      const timestamp = new Date(now()).toISOString()
      const body = { type, locationId, ...fields, timestamp, webhookId: newId('wh') }
      const headers = { 'x-ghl-signature': signer.sign(JSON.stringify(body)) }
      webhooks.send(type, body, { url: to.url, headers, persistence })
    },
  }
}
