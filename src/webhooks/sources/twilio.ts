import { createHash, createHmac } from 'node:crypto'
import { readTwilioEvent, readTwilioFields } from '../../sources/twilio.ts'
import { mayOptOutBy } from '../may-opt-out.ts'
import { joinParts } from '../own-id.ts'
import type { Source } from '../source.ts'
import { isOneOf, only } from '../verify.ts'

/** Twilio sends some thirty; sorting many more for somebody who proves nothing would be work for nobody. */
const MAX_FIELDS = 1_000

/**
 * Twilio's callbacks and messages: base64 HMAC-SHA1 in `X-Twilio-Signature` over the public address with its query,
 * followed by the sorted fields of a form. JSON is not signed itself: its SHA-256 stands in the query. No time is signed:
 * what came before is known by its sid and status. Some of Twilio's systems name the default port, others do not.
 * Source: https://github.com/twilio/twilio-node/blob/main/src/webhooks/webhooks.ts
 * @param publicUrl where this service is for Twilio: what proxies make of the address is not what was signed
 */
export function createTwilioSource(authTokens: readonly string[], publicUrl: string): Source {
  return {
    name: 'twilio',
    takesForms: true,
    busyStatus: 503,

    isAuthentic({ headers, raw, target }) {
      const given = only(headers, 'x-twilio-signature')
      if (given === undefined || target === undefined) return false
      const isForm = /^application\/x-www-form-urlencoded\b/i.test(only(headers, 'content-type') ?? '')
      const content = isForm ? formContent(raw) : isHashedIn(target, raw) ? '' : undefined
      if (content === undefined) return false
      const urls = withAndWithoutPort(`${publicUrl}${target}`)
      const expected = urls.flatMap(url => authTokens.map(token => sign(token, url, content)))
      return isOneOf(given, expected)
    },

    ownId({ raw }) {
      try {
        const { MessageSid, MessageStatus, SmsStatus, CallSid, CallStatus } = readTwilioFields(raw)
        const sid = MessageSid ?? CallSid
        const status = MessageSid === undefined ? CallStatus : (MessageStatus ?? SmsStatus)
        return sid === undefined || status === undefined ? undefined : joinParts([sid, status])
      } catch {
        return undefined
      }
    },

    mayOptOut: mayOptOutBy(readTwilioEvent),

    // Twilio runs what it is answered: this does nothing.
    reply: ({ eventId }) => ({
      status: 200,
      headers: { 'Content-Type': 'text/xml; charset=utf-8', 'X-Event-Id': eventId },
      body: '<Response/>',
    }),
  }
}

/** Every name with its values behind it, sorted; a value that comes twice counts once. `undefined` for too many. */
function formContent(raw: Buffer): string | undefined {
  const fields = new Map<string, Set<string>>()
  const text = raw.toString('utf8')
  if (text.split('&', MAX_FIELDS + 1).length > MAX_FIELDS) return undefined
  for (const [name, value] of new URLSearchParams(text)) {
    fields.set(name, (fields.get(name) ?? new Set()).add(value))
  }
  const names = [...fields.keys()].sort()
  return names.flatMap(name => [...(fields.get(name) ?? [])].sort().map(value => `${name}${value}`)).join('')
}

function isHashedIn(target: string, raw: Buffer): boolean {
  const given = new URLSearchParams(target.split('?', 2)[1]).get('bodySHA256')
  return given !== null && isOneOf(given, [createHash('sha256').update(raw).digest('hex')])
}

function withAndWithoutPort(url: string): string[] {
  const [, host = '', port, rest = ''] =
    /^(https?:\/\/(?:[^/?#@]*@)?(?:\[[^\]]*\]|[^/?#:]*))(:\d+)?(.*)$/s.exec(url) ?? []
  const usual = url.startsWith('https') ? ':443' : ':80'
  return [`${host}${port ?? usual}${rest}`, `${host}${rest}`]
}

function sign(authToken: string, url: string, content: string): string {
  return createHmac('sha1', authToken).update(url).update(content).digest('base64')
}

/**
 * The header that Twilio sends with a form; with JSON, whose hash stands in the query of `url`, without `form`. For samples
 * and tests.
 * @param delivery.url the whole address, as Twilio has it
 */
export function signTwilio(delivery: { authToken: string; url: string; form?: Buffer }): Record<string, string> {
  const content = delivery.form === undefined ? '' : (formContent(delivery.form) ?? '')
  return { 'x-twilio-signature': sign(delivery.authToken, delivery.url, content) }
}
