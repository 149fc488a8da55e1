import type { receiveEvent } from '../queues/receive-event.ts'
import { createEventHandler, type ReceiveParts } from './handle-event.ts'
import type { Handler } from './settled.ts'

type Payload = ReturnType<(typeof receiveEvent)['payload']['parse']>

/** Events of every kind, as they come off the queue. */
export function createReceiveEvent(parts: ReceiveParts): Handler<Payload> {
  return createEventHandler(parts)
}
