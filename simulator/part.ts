import type { Router } from 'express'
import type { Control } from './control.ts'
import type { Gateway } from './gateway.ts'
import type { Settings } from './settings.ts'
import type { Facts } from './truth.ts'
import type { WebhookSender } from './webhook-sender.ts'

/** What every vendor's part is built from. */
export interface PartOptions {
  seed: number
  now: () => number
  newId: (prefix: string) => string
  settings: Settings
  gateway: Gateway
  webhooks: WebhookSender
}

/** One vendor: a router under a path, the effects it committed, and the orders of `POST /_control` that it obeys. */
export interface Part {
  vendor: string
  path: string
  router: Router
  /** What the vendor knows to have happened up to now. */
  facts(): Partial<Facts>
  /** Obeys the orders in an accepted control post; settings are already merged. */
  obey(control: Control): void
  /** Forgets everything. */
  reset(): void
}
