import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { AdminKey } from '../config.ts'
import { isLoopback } from '../loopback.ts'
import type { KeyRole } from '../settings.ts'

/** Whoever asks: the name goes into the audit. */
export interface Principal {
  name: string
  role: KeyRole
}

const rank: Record<KeyRole, number> = { viewer: 0, operator: 1, admin: 2 }

export function isAtLeast(principal: Principal, role: KeyRole): boolean {
  return rank[principal.role] >= rank[role]
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Finds the key's owner in constant time: every key is compared, by hash. */
export function ownerOfKey(key: string, adminKeys: readonly AdminKey[]): Principal | undefined {
  const given = digest(key)
  const found = adminKeys.filter(entry => timingSafeEqual(digest(entry.key), given))
  return found[0] && { name: found[0].name, role: found[0].role }
}

/**
 * Without any key only this machine may ask, and only directly: a proxy or tunnel on the same host, or a page of
 * another site in a browser here, must not get in.
 */
export function isDirectLocal(request: IncomingMessage): boolean {
  const { headers, socket } = request
  const isForwarded = Object.keys(headers).some(name => name === 'forwarded' || name.startsWith('x-forwarded-'))
  if (isForwarded || !isLoopback((socket.remoteAddress ?? '').replace(/^::ffff:/, ''))) return false
  if (!isLoopback(hostOf(headers.host ?? ''))) return false
  return headers.origin === undefined || isLoopback(hostOf(headers.origin.replace(/^https?:\/\//, '')))
}

function hostOf(hostAndPort: string): string {
  return hostAndPort.replace(/:\d+$/, '')
}

/** The local owner of a service without keys. */
export const localOwner: Principal = { name: 'local', role: 'admin' }
