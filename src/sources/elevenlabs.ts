import { z } from 'zod'
import { asksNothing, callEnded, EventType, SpareName } from './call-end.ts'
import { parseWith, readJson } from './json-body.ts'
import type { SourceEvent } from './meaning.ts'

/**
 * ElevenLabs' post-call webhooks: a call has ended, or never connected. What the latter holds is not published: the call
 * is looked for by what is there.
 * Source: https://elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks
 */

const Envelope = z.object({ type: EventType })

const PhoneCall = z.object({ external_number: SpareName }).optional().catch(undefined)
const Ended = z.object({
  data: z.object({
    conversation_id: SpareName,
    metadata: z.object({ phone_call: PhoneCall }).optional().catch(undefined),
  }),
})

const FAILED = 'call_initiation_failure'

/** @throws PayloadError when the body is not an event of ElevenLabs', or one of an ended call names none */
export function readElevenLabsEvent(raw: Buffer): SourceEvent {
  const body = readJson(raw)
  const { type } = parseWith(Envelope, body)
  if (type !== 'post_call_transcription' && type !== FAILED) return asksNothing(type)
  const { conversation_id: conversationId, metadata } = parseWith(Ended, body).data
  const phone = metadata?.phone_call?.external_number
  if (type === FAILED && conversationId === undefined && phone === undefined) {
    return asksNothing(type, 'the call that failed is not named')
  }
  return callEnded(type, { conversationId, phone })
}
