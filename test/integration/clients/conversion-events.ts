import { createHash } from 'node:crypto'
import type { ConversionEvent, ConversionPort, EventResult } from '../../../src/clients/receiver-ports.ts'
import type { AppError } from '../../../src/errors.ts'

/** When the conversions of these tests took place; real, so that they are young enough. */
export const at = Date.now() - 60_000

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A lead of whom everything is known. */
export const person = {
  email: ' John_Smith@Gmail.com',
  phone: '+16505551212',
  firstName: 'Valéry',
  lastName: "O'Brien",
  externalId: 'lead_ABC',
  attribution: {
    ipAddress: '203.0.113.7',
    userAgent: 'Mozilla/5.0 (X11)',
    captureUrl: 'https://quotes.example.com/start?email=ann@example.com',
    params: { utm_source: 'facebook' },
    fbclid: 'AbC',
    fbc: 'fb.1.1554763741205.AbC',
    fbp: 'fb.1.1558571054389.1098115397',
    ttclid: 'E.C.P.x',
    ttp: '2F7h37YkS1j57AYSKTI7IHhJPYH',
  },
}

export function conversion(eventId: string, more: Partial<ConversionEvent> = {}): ConversionEvent {
  return { event: 'Lead', eventId, at, actionSource: 'phone_call', person: { email: 'ann@example.com' }, ...more }
}

export const conversions = (count: number) => Array.from({ length: count }, (_, n) => conversion(`e${n}`))

/** `done`, or name and code of the error, for each event. */
export function told(results: readonly EventResult[]): string[] {
  return results.map(result => (result.result === 'done' ? 'done' : `${result.error.name} ${result.error.code}`))
}

/** The error in which a batch of one event ends; fails the test when it is done. */
export async function errorOfEvent(port: ConversionPort): Promise<AppError> {
  const [result] = await port.fireEvents({ pixelId: '1', events: [conversion('e1')] })
  if (result?.result === 'failed') return result.error
  throw new Error('expected a failure', { cause: result })
}
