import { z } from 'zod'
import { PayloadError } from '../errors.ts'
import type { CallNames, SourceEvent } from './meaning.ts'

/** The vendor's word for what happened: shown and stored, so it is no novel. */
export const EventType = z.string().min(1).max(100)

/** One name of a call or a lead among several: whatever the vendor makes of it, another one may do. */
export const SpareName = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().trim().min(1).max(200))
  .optional()
  .catch(undefined)

/**
 * A call is over, by the names that are known of it.
 * @throws PayloadError when there is none: nobody could find the call
 */
export function callEnded(type: string, names: { [Name in keyof CallNames]: string | undefined }): SourceEvent {
  const known: CallNames = Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined))
  if (Object.keys(known).length === 0) throw new PayloadError('the call that ended is not named', { code: 'NO_CALL' })
  return { type, meaning: { kind: 'call_ended', ...known } }
}

/** An event that asks nothing of us. */
export function asksNothing(type: string, reason = `nothing follows from ${type}`): SourceEvent {
  return { type, meaning: { kind: 'nothing', reason } }
}
