import type { CampaignBook } from '../campaigns/book.ts'
import type { Provider } from '../clients/ports.ts'
import type { ConversionPort, ForwardPort } from '../clients/receiver-ports.ts'
import { REQUEST_TIMEOUT_MS } from '../clients/timeouts.ts'
import type { Clock, Random } from '../clock.ts'
import { createImportReports } from '../ledger/import-reports.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Logger } from '../logger.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { forwardedSources } from '../sources/index.ts'
import type { AlertWatch } from './alert-watch.ts'
import { createCanary } from './canary.ts'
import { createCleanUp } from './clean-up.ts'
import { createEraseLead } from './erase-lead.ts'
import { createFindInteractions } from './find-interactions.ts'
import { createFirePixel } from './fire-pixel.ts'
import { createForwardDelivery } from './forward-delivery.ts'
import { createHandOver } from './hand-over.ts'
import { createPlaceCall } from './place-call.ts'
import { createPollInteraction } from './poll-interaction.ts'
import { createRaiseAlerts } from './raise-alerts.ts'
import { createReadExtracted } from './read-extracted.ts'
import { createReceiveEvent } from './receive-event.ts'
import { createReconcileEffect } from './reconcile-effect.ts'
import type { Handlers } from './runtime.ts'
import { createSealAnew } from './seal-anew.ts'
import { createSendSms } from './send-sms.ts'
import { createStartCampaign } from './start-campaign.ts'
import { createStepHandler } from './step-job.ts'
import { createTellEnded, type EndEvents } from './tell-ended.ts'
import { createWalkInteractions } from './walk-interactions.ts'
import { createBreakerWatch } from './watch-breaker.ts'
import { createWriteBack } from './write-back.ts'

export interface HandlerParts {
  client: RedisClient
  keys: Keys
  ledger: Ledger
  campaigns: CampaignBook
  /** @throws ConfigError for a provider that is not set up */
  provider: (name: string) => Provider
  /** An ad platform. Throws as `provider` does. */
  destination: (name: string) => ConversionPort
  /** Requests that a vendor's account allows. */
  requestsPerSecond: (provider: string) => number
  clock: Clock
  random: Random
  logger: Logger
  defaultCountry: string
  retentionMs: number
  requestTimeoutMs?: number
  ends: EndEvents
  lookForAlerts: AlertWatch['look']
  /** Whom the deliveries of `forwardedSources` are passed on to. */
  forward?: ForwardPort | undefined
}

/** Every job and its handler. A job without one, or with another's payload, does not compile. */
export function createHandlers(parts: HandlerParts): Handlers {
  const { provider } = parts
  const effectParts = { ...parts, requestTimeoutMs: parts.requestTimeoutMs ?? REQUEST_TIMEOUT_MS }
  const forwards = new Set(parts.forward === undefined ? [] : forwardedSources)
  const eventParts = { ...parts, leads: provider, calls: provider, forwards }
  const watched = createBreakerWatch(parts)
  return {
    'receive-event': createReceiveEvent(eventParts),
    'forward-delivery': createForwardDelivery(parts),
    'place-call': createStepHandler(parts, 'dial', watched(createPlaceCall(effectParts))),
    'poll-interaction': createStepHandler(parts, 'poll', watched(createPollInteraction(parts))),
    'read-extracted': createStepHandler(parts, 'read', createReadExtracted(parts)),
    'send-sms': createStepHandler(parts, 'text', createSendSms(effectParts)),
    'fire-pixel': createStepHandler(parts, 'fire', createFirePixel(effectParts)),
    'reconcile-effect': createStepHandler(parts, 'reconcile', createReconcileEffect(parts)),
    'hand-over': createHandOver({ ...effectParts, watched }),
    'walk-interactions': createStepHandler(parts, 'walk', watched(createWalkInteractions(parts))),
    'tell-ended': createTellEnded(parts),
    'write-back': createWriteBack(parts),
    'find-interactions': createFindInteractions({ ...parts, leads: provider, calls: provider }),
    'start-campaign': createStartCampaign(parts),
    'erase-lead': createEraseLead({ ...parts, reports: createImportReports({ ...parts, seal: parts.ledger.seal }) }),
    canary: createCanary(parts),
    'raise-alerts': createRaiseAlerts(parts),
    'clean-up': createCleanUp(parts),
    'seal-anew': createSealAnew(parts),
  }
}
