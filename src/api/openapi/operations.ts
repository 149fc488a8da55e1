import { campaignOperations } from './campaigns.ts'
import { erasureOperations } from './erasures.ts'
import { eventOperations } from './events.ts'
import { failureOperations } from './failures.ts'
import { journeyOperations } from './journeys.ts'
import { listOperations } from './lists.ts'
import type { Operation } from './operation.ts'
import { parkedOperations } from './parked.ts'
import { serviceOperations } from './service.ts'
import { suppressionOperations } from './suppressions.ts'
import { webhookOperations } from './webhooks.ts'

/** Every call that the service answers, in the order in which people read of them. */
export const operations: readonly Operation[] = [
  ...journeyOperations,
  ...campaignOperations,
  ...listOperations,
  ...eventOperations,
  ...failureOperations,
  ...parkedOperations,
  ...suppressionOperations,
  ...erasureOperations,
  ...serviceOperations,
  ...webhookOperations,
]
