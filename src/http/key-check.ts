import type { IncomingMessage } from 'node:http'
import type { AdminKey } from '../config.ts'
import { isDirectLocal, localOwner, ownerOfKey, type Principal } from './access.ts'
import { SignInLimit } from './sign-in-limit.ts'

/** What came of somebody's wish to come in. */
export type KeyVerdict =
  | { result: 'let_in'; principal: Principal }
  | { result: 'no_key' }
  | { result: 'wrong_key' }
  /** Too many wrong keys came from this address: none is looked at before this many ms have passed. */
  | { result: 'limited'; waitMs: number }

/** The one lock of all doors: the API, the pages and the sign-in count wrong keys together. */
export interface KeyCheck {
  /** A key that somebody shows; compared in constant time. */
  show(key: string, request: Pick<IncomingMessage, 'socket'>): KeyVerdict
  /** The key of the header `Authorization: Bearer <key>`. Where there are no keys, whoever asks directly on this machine. */
  bearer(request: IncomingMessage): KeyVerdict
}

export function createKeyCheck(parts: { adminKeys: readonly AdminKey[]; now: () => number }): KeyCheck {
  const { adminKeys, now } = parts
  const limit = new SignInLimit(now)

  const show: KeyCheck['show'] = (key, { socket }) => {
    const address = socket.remoteAddress ?? ''
    const waitMs = limit.waitMs(address)
    if (waitMs > 0) return { result: 'limited', waitMs }
    const principal = ownerOfKey(key, adminKeys)
    if (principal !== undefined) return { result: 'let_in', principal }
    limit.noteFailure(address)
    return { result: 'wrong_key' }
  }

  return {
    show,
    bearer(request) {
      if (adminKeys.length === 0) {
        return isDirectLocal(request) ? { result: 'let_in', principal: localOwner } : { result: 'no_key' }
      }
      const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
      return given === undefined ? { result: 'no_key' } : show(given, request)
    },
  }
}
