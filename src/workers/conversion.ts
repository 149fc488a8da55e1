import { createHash } from 'node:crypto'
import type { PixelAct } from '../campaigns/campaign.ts'
import type { VendorLead } from '../clients/ports.ts'
import type { ConversionEvent, ConversionPerson } from '../clients/receiver-ports.ts'
import type { Effect, Journey } from '../ledger/journey.ts'

/** A pixel as an ad platform is told of it. Pure. */

/** Enough that no two effects share one; platforms publish no limit near it. */
const EVENT_ID_LENGTH = 32

/** By what the platform knows a repeat: the same on every try, whoever makes it, and after any restart. */
export function eventIdOf({ key }: Pick<Effect, 'key'>): string {
  return createHash('sha256').update(key).digest('hex').slice(0, EVENT_ID_LENGTH)
}

/** Whom it is about: the number that was called and what came with the lead go before the vendor's record. */
export function personOf(
  { leadId, private: own }: Pick<Journey, 'leadId' | 'private'>,
  lead: VendorLead | undefined,
): ConversionPerson {
  const known = {
    phone: own.phone ?? lead?.phone,
    email: own.email ?? lead?.email,
    firstName: own.firstName ?? lead?.firstName,
    lastName: own.lastName ?? lead?.lastName,
    attribution: lead?.attribution,
  }
  const present = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
  return { ...present, ...(leadId === '' ? {} : { externalId: leadId }) }
}

/** Whether the platform could tell who it is: by contact data, or by the click that it sold. */
export function isRecognisable({ email, phone, attribution = {} }: ConversionPerson, via: PixelAct['via']): boolean {
  const { fbc, fbclid, ttclid } = attribution
  const click = via === 'tiktok' ? ttclid : (fbc ?? fbclid)
  return [email, phone, click].some(known => known !== undefined && known.trim() !== '')
}

/** The conversion took place when its call's outcome was learned, which is when the effect was planned. */
export function conversionOf(
  act: PixelAct,
  effect: Pick<Effect, 'key' | 'plannedAt'>,
  person: ConversionPerson,
): ConversionEvent {
  const { event, actionSource, value, currency } = act
  return {
    ...{ event, eventId: eventIdOf(effect), at: effect.plannedAt, actionSource, person },
    ...(value === undefined ? {} : { value }),
    ...(currency === undefined ? {} : { currency }),
  }
}
