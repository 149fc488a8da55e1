import type { Clock, Random } from '../clock.ts'
import { createAlertWebhook } from './alert-webhook.ts'
import { createDeliveryForward } from './delivery-forward.ts'
import { createEventWebhook } from './event-webhook.ts'
import type { AlertPort, EventPort, ForwardPort } from './receiver-ports.ts'

export interface ReceiverSettings {
  events?: { url: string; secrets: readonly Buffer[] }
  alerts?: { url: string; secrets: readonly Buffer[] }
  leadsail: { smsAgent: { forwardUrl?: string } }
}

/** The owner's own programs that are told things, where they are named. */
export interface Receivers extends AsyncDisposable {
  events: EventPort | undefined
  alerts: AlertPort | undefined
  forward: ForwardPort | undefined
}

/** @param parts.instrument wraps each of them */
export function createReceivers(
  { events, alerts, leadsail }: ReceiverSettings,
  parts: { clock: Clock; random: Random; instrument: <T extends object>(name: string, part: T) => T },
): Receivers {
  const { instrument } = parts
  const opened = new AsyncDisposableStack()
  const { forwardUrl } = leadsail.smsAgent
  const toEvents = events && opened.use(createEventWebhook({ ...events, ...parts }))
  const toAlerts = alerts && opened.use(createAlertWebhook({ ...alerts, ...parts }))
  const forward =
    forwardUrl === undefined ? undefined : opened.use(createDeliveryForward({ url: forwardUrl, ...parts }))
  return {
    events: toEvents && instrument('receiver', toEvents),
    alerts: toAlerts && instrument('alerts', toAlerts),
    forward: forward && instrument('forward', forward),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
