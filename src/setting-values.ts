import { createPublicKey } from 'node:crypto'
import { z } from 'zod'

/** How the text of a setting is read: one schema per kind of value, each with what to write instead of a wrong one. */

export const text = z.string()
export const url = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .transform(value => value.replace(/\/+$/, ''))
/** Sent to as it is: to some receivers a slash at the end is another address. */
export const eventUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .refine(
    value => !/^[^/]*\/\/[^/?#]*@/.test(value),
    'must hold no user name or password: what its receiver checks may stand in path or query',
  )
export const secrets = text.transform(value =>
  value
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== ''),
)
export const flag = z.enum(['true', 'false'], { error: 'must be true or false' }).transform(value => value === 'true')
export const wholeNumber = (min: number, max: number) =>
  text
    .regex(/^\d+$/, { error: `must be a whole number from ${min} to ${max}` })
    .transform(Number)
    .pipe(z.number().min(min).max(max))
export const durationMs = z.iso.duration({ error: 'must be an ISO 8601 duration such as P90D or PT25S' })

export const roles = ['web', 'worker', 'scheduler'] as const
export type Role = (typeof roles)[number]

const keyRoles = ['viewer', 'operator', 'admin'] as const
export type KeyRole = (typeof keyRoles)[number]

export const roleList = text.transform((value, context): Role[] => {
  const named = value.split(',').map(part => part.trim())
  const unknown = named.filter(name => !roles.includes(name as Role))
  if (unknown.length > 0) context.addIssue(`knows ${roles.join(', ')}, not ${unknown.join(', ')}`)
  return roles.filter(role => named.includes(role))
})

export const adminKey = z.string().transform((value, context) => {
  const [name = '', role = '', ...rest] = value.split(':')
  const key = rest.join(':')
  if (!/^[\w.@-]{1,64}$/.test(name) || !keyRoles.includes(role as KeyRole) || key === '') {
    context.addIssue(`must be name:role:key with role ${keyRoles.join(', ')}`)
  }
  return { name, role: role as KeyRole, key }
})

export const dataKey = z.string().transform((value, context) => {
  const bytes = Buffer.from(value, 'base64')
  if (bytes.length !== 32) context.addIssue('must be 32 bytes in base64 (openssl rand -base64 32)')
  return bytes
})

/** A Standard Webhooks secret: `whsec_` and the base64 of the key. */
export const webhookSecret = z.string().transform((value, context) => {
  const bytes = Buffer.from(value.replace(/^whsec_/, ''), 'base64')
  if (!value.startsWith('whsec_') || bytes.length < 16) {
    context.addIssue('must be whsec_ followed by the base64 of 24 to 64 random bytes')
  }
  return bytes
})

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
export const country = text
  .regex(/^[A-Z]{2}$/, { error: 'must be a two-letter country code such as US' })
  .refine(code => regions.of(code) !== undefined, { error: 'is no country' })

/** `10/s`, `500/min`, `100/10s`: requests per time. */
export const rate = text
  .regex(/^[1-9]\d{0,6}\/([1-9]\d{0,3})?(s|min|h)$/, { error: 'must be a rate such as 10/s, 500/min or 100/10s' })
  .transform(value => {
    const [requests = '', per = ''] = value.split('/')
    const [, count = '', unit = ''] = /^(\d*)(\D+)$/.exec(per) ?? []
    const unitMs = unit === 's' ? 1_000 : unit === 'min' ? 60_000 : 3_600_000
    return { requests: Number(requests), perMs: Number(count || 1) * unitMs }
  })

/** Sent as a header. */
export const version = text.regex(/^[\w.-]{1,32}$/, { error: 'must be a version such as 2021-04-15 or v3' })

const PEM_BLOCK = /-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g

/** Whole PEM blocks, one behind the other or with commas; a line break may be written as `\n`, as on one line. */
export const publicKeys = text.transform((value, context) => {
  const pem = value.replaceAll('\\n', '\n')
  const blocks = pem.match(PEM_BLOCK) ?? []
  const isWhole = /^[\s,]*$/.test(pem.replace(PEM_BLOCK, ''))
  if (blocks.length === 0 || !isWhole || !blocks.every(isPublicKey)) {
    context.addIssue('must be one or several public keys in PEM (-----BEGIN PUBLIC KEY-----)')
  }
  return blocks
})

function isPublicKey(pem: string): boolean {
  try {
    return ['ed25519', 'rsa'].includes(createPublicKey(pem).asymmetricKeyType ?? '')
  } catch {
    return false
  }
}
