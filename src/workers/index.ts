import type { CampaignBook } from '../campaigns/book.ts'
import type { Provider } from '../clients/ports.ts'
import { REQUEST_TIMEOUT_MS } from '../clients/timeouts.ts'
import type { Clock, Random } from '../clock.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Logger } from '../logger.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createCanary } from './canary.ts'
import { createCleanUp } from './clean-up.ts'
import { createFirePixel } from './fire-pixel.ts'
import { createPlaceCall } from './place-call.ts'
import { createPollInteraction } from './poll-interaction.ts'
import { createReceiveEvent } from './receive-event.ts'
import { createReconcileEffect } from './reconcile-effect.ts'
import type { Handlers } from './runtime.ts'
import { createSendSms } from './send-sms.ts'
import { createStartCampaign } from './start-campaign.ts'
import { createStepHandler } from './step-job.ts'
import { createBreakerWatch } from './watch-breaker.ts'

export interface HandlerParts {
  client: RedisClient
  keys: Keys
  ledger: Ledger
  campaigns: CampaignBook
  /** @throws ConfigError for a provider that is not set up */
  provider: (name: string) => Provider
  clock: Clock
  random: Random
  logger: Logger
  defaultCountry: string
  retentionMs: number
  requestTimeoutMs?: number
}

/** Every job and its handler. A job without one, or with another's payload, does not compile. */
export function createHandlers(parts: HandlerParts): Handlers {
  const { provider } = parts
  const effectParts = { ...parts, requestTimeoutMs: parts.requestTimeoutMs ?? REQUEST_TIMEOUT_MS }
  const watched = createBreakerWatch(parts)
  return {
    'receive-event': createReceiveEvent({ ...parts, leads: provider }),
    'place-call': createStepHandler(parts, 'dial', watched(createPlaceCall(effectParts))),
    'poll-interaction': createStepHandler(parts, 'poll', watched(createPollInteraction(parts))),
    'send-sms': createStepHandler(parts, 'text', createSendSms(effectParts)),
    'fire-pixel': createStepHandler(parts, 'fire', createFirePixel({ ...effectParts, pixels: provider })),
    'reconcile-effect': createStepHandler(parts, 'reconcile', createReconcileEffect(parts)),
    'start-campaign': createStartCampaign(parts),
    canary: createCanary(parts),
    'clean-up': createCleanUp(parts),
  }
}
