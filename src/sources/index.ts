import { PayloadError } from '../errors.ts'
import { readBlandEvent } from './bland.ts'
import { readElevenLabsEvent } from './elevenlabs.ts'
import { readLeadConnectorEvent } from './leadconnector.ts'
import { readLeadSailEvent } from './leadsail.ts'
import { readLeadSailText } from './leadsail-sms.ts'
import type { SourceEvent } from './meaning.ts'
import { readRetellEvent } from './retell.ts'
import { readRequest, readStandardEvent } from './standard.ts'
import { readTwilioEvent } from './twilio.ts'
import { readVapiEvent } from './vapi.ts'
import { readWalked } from './walk.ts'

const readers: Readonly<Record<string, (raw: Buffer) => SourceEvent>> = {
  api: readRequest,
  bland: readBlandEvent,
  elevenlabs: readElevenLabsEvent,
  leadconnector: readLeadConnectorEvent,
  leadsail: readLeadSailEvent,
  'leadsail-sms': readLeadSailText,
  retell: readRetellEvent,
  standard: readStandardEvent,
  twilio: readTwilioEvent,
  vapi: readVapiEvent,
  walk: readWalked,
}

/** Every source that an event can come from. */
export const eventSources: readonly string[] = Object.keys(readers)

/** Sources that stand between a vendor and somebody else, who still gets what the vendor sent. */
export const forwardedSources: readonly string[] = ['leadsail-sms']

/**
 * What a stored event says.
 * @throws PayloadError when it does not parse, or comes from a source that is not known
 */
export function readEvent(source: string, raw: Buffer): SourceEvent {
  const read = Object.hasOwn(readers, source) ? readers[source] : undefined
  if (read === undefined) throw new PayloadError(`no such source: ${source}`, { code: 'UNKNOWN_SOURCE' })
  return read(raw)
}
