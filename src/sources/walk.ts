import { z } from 'zod'
import { providers } from '../campaigns/vocabulary.ts'
import { parseWith, readJson } from './json-body.ts'
import type { FoundInteraction, SourceEvent } from './meaning.ts'

/** What a walk over a vendor's list came upon, kept as an event of its own. */
const Walked = z.object({
  provider: z.enum(providers),
  event: z.string().min(1),
  found: z.object({
    interactionId: z.string().min(1),
    leadId: z.string().min(1),
    account: z.string().min(1),
    at: z.number(),
    phone: z.string().exactOptional(),
    trial: z.boolean().exactOptional(),
  }),
})

export function walkedBody(walked: { provider: string; event: string; found: FoundInteraction }): Buffer {
  return Buffer.from(JSON.stringify(walked))
}

/** @throws PayloadError when it is none */
export function readWalked(raw: Buffer): SourceEvent {
  const { provider, event, found } = parseWith(Walked, readJson(raw))
  return { type: event, meaning: { kind: 'found', provider, event, found } }
}
