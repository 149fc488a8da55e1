import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { AdminKey } from '../config.ts'
import type { Principal } from '../http/access.ts'

export const SESSION_MS = 12 * 3_600_000

export interface Session {
  principal: Principal
  endsAt: number
}

/**
 * Sessions that no server remembers: the token says whose it is and until when, and is signed. The owner's API key is
 * part of the signature, so that a key that is taken away or changed ends its sessions; the role is always the key's
 * role of now.
 */
export interface Sessions {
  open(owner: Principal): string
  /** `undefined` for a token that is none of ours, has ended, or whose key is gone. */
  read(token: string | undefined): Session | undefined
  /** The token that a form must bring back: bound to the browser and to whoever is signed in there. */
  formToken(browserId: string, token: string | undefined): string
  isFormToken(given: unknown, browserId: string | undefined, token: string | undefined): boolean
}

const Claims = z.object({ name: z.string(), endsAt: z.number(), id: z.string() })

/** The hash in which all processes on one Redis agree is short; several of them make a key of full length. */
const SECRET_PARTS = ['1', '2', '3', '4']

export function createSessions(parts: {
  adminKeys: readonly AdminKey[]
  /** A keyed hash that only this installation can make, the same in every process. */
  mark: (text: string) => string
  now: () => number
}): Sessions {
  const { adminKeys, mark, now } = parts
  const secret = createHash('sha512')
    .update(SECRET_PARTS.map(part => mark(`dashboard session secret ${part}`)).join(''))
    .digest()
  const sign = (...texts: string[]) => createHmac('sha256', secret).update(JSON.stringify(texts)).digest()

  const formToken: Sessions['formToken'] = (browserId, token = '') =>
    sign('form', browserId, token).toString('base64url')

  return {
    open({ name }) {
      const owner = adminKeys.find(entry => entry.name === name)
      if (owner === undefined) throw new Error(`${name} has no key`)
      const id = randomBytes(12).toString('base64url')
      const claims = Buffer.from(JSON.stringify({ name, endsAt: now() + SESSION_MS, id })).toString('base64url')
      return `${claims}.${sign('session', claims, owner.key).toString('base64url')}`
    },

    read(token) {
      const [claims, signature, ...rest] = token?.split('.') ?? []
      if (claims === undefined || signature === undefined || rest.length > 0) return undefined
      const read = Claims.safeParse(parseJson(Buffer.from(claims, 'base64url').toString('utf8')))
      const owner = read.success ? adminKeys.find(entry => entry.name === read.data.name) : undefined
      if (!read.success || owner === undefined) return undefined
      if (!isSame(sign('session', claims, owner.key), Buffer.from(signature, 'base64url'))) return undefined
      const { endsAt } = read.data
      return endsAt > now() ? { principal: { name: owner.name, role: owner.role }, endsAt } : undefined
    },

    formToken,

    isFormToken(given, browserId, token) {
      if (typeof given !== 'string' || browserId === undefined) return false
      return isSame(Buffer.from(given), Buffer.from(formToken(browserId, token)))
    },
  }
}

function isSame(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
