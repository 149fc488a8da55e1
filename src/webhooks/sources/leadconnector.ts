import { createPrivateKey, type KeyObject, sign, verify } from 'node:crypto'
import { Instant } from '../../sources/instant.ts'
import { type LeadConnectorBody, readLeadConnectorBody, readLeadConnectorEvent } from '../../sources/leadconnector.ts'
import { mayOptOutBy } from '../may-opt-out.ts'
import { IdPart, joinParts } from '../own-id.ts'
import type { Source } from '../source.ts'
import { type DistinctHeaders, isTimely, only } from '../verify.ts'
import { keysOfKind } from './leadconnector-keys.ts'

/**
 * The vendor advises five minutes, and sends again what was answered 429 for 1 h 10 min, as it signed it first: by the
 * advice every event that we could not store would be refused when it comes again, and its STOP or its lead lost. Half a
 * day leaves room for what has waited at the vendor as well. It costs nothing: what comes again is known by its own id
 * for seven days at least, so this only has to end before that does.
 */
const MAX_AGE_MS = 12 * 3_600_000

const SIGNATURE = 'x-ghl-signature'
const LEGACY_SIGNATURE = 'x-wh-signature'

/**
 * LeadConnector's (HighLevel's) webhooks: Ed25519 over the body in `X-GHL-Signature`; RSA with SHA-256 in
 * `x-wh-signature`, which it had before, only where that is switched on and the new one is absent. The key is one for all
 * of HighLevel's customers: that a delivery is meant for us is said by its location alone, so one without ours proves
 * nothing. It sends again after a 429 and after nothing else.
 * Source: https://github.com/GoHighLevel/highlevel-api-docs/blob/main/docs/oauth/WebhookAuthentication.md
 * @param settings.publicKeys PEM; for a kind of which there is none the published key holds
 */
export function createLeadConnectorSource(settings: {
  locationId: string
  publicKeys: readonly string[]
  legacyRsa: boolean
}): Source {
  const keys = keysOfKind('ed25519', settings.publicKeys)
  const legacyKeys = settings.legacyRsa ? keysOfKind('rsa', settings.publicKeys) : []

  function isSigned(headers: DistinctHeaders, raw: Buffer): boolean {
    if (headers[SIGNATURE] !== undefined) return isSignedBy(keys, null, only(headers, SIGNATURE), raw)
    return isSignedBy(legacyKeys, 'sha256', only(headers, LEGACY_SIGNATURE), raw)
  }

  return {
    name: 'leadconnector',
    busyStatus: 429,

    isAuthentic({ headers, raw, nowMs }) {
      if (!isSigned(headers, raw)) return false
      const body = bodyOf(raw)
      if (body === undefined || !isOnlyFor(settings.locationId, body)) return false
      const at = Instant.parse(body.event['timestamp'])
      // A clock of ours that is behind must not cost an event that is sent once.
      return at === undefined || isTimely(at, nowMs, MAX_AGE_MS, MAX_AGE_MS)
    },

    ownId({ raw }) {
      const body = bodyOf(raw)
      if (body === undefined) return undefined
      const webhook = IdPart.safeParse(body.event['webhookId'])
      if (webhook.success) return joinParts([webhook.data])
      const id = IdPart.safeParse(body.event['id'])
      // What is told of a contact may be told again: the contact's id is not the event's.
      if (body.type === undefined || !id.success || body.type === 'ContactDndUpdate') return undefined
      return joinParts([body.type, id.data])
    },

    mayOptOut: mayOptOutBy(readLeadConnectorEvent),
  }
}

function bodyOf(raw: Buffer): LeadConnectorBody | undefined {
  try {
    return readLeadConnectorBody(raw)
  } catch {
    return undefined
  }
}

function isOnlyFor(locationId: string, { locations }: LeadConnectorBody): boolean {
  return locations.length > 0 && locations.every(location => location === locationId)
}

function isSignedBy(
  keys: readonly KeyObject[],
  digest: 'sha256' | null,
  given: string | undefined,
  raw: Buffer,
): boolean {
  if (given === undefined || !/^[A-Za-z\d+/]+={0,2}$/.test(given)) return false
  const signature = Buffer.from(given, 'base64')
  return keys.map(key => verify(digest, raw, key, signature)).includes(true)
}

/** The header that HighLevel sends, by the kind of key; for samples and tests, whose keys are their own. */
export function signLeadConnector(delivery: { privateKey: string; raw: Buffer }): Record<string, string> {
  const key = createPrivateKey(delivery.privateKey)
  const isLegacy = key.asymmetricKeyType === 'rsa'
  const signature = sign(isLegacy ? 'sha256' : null, delivery.raw, key).toString('base64')
  return { [isLegacy ? LEGACY_SIGNATURE : SIGNATURE]: signature }
}
