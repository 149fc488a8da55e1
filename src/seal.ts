import { createCipheriv, createDecipheriv, createHash, createSecretKey, randomFillSync } from 'node:crypto'

/**
 * Encryption of personal data at rest: AES-256-GCM with a fresh 96-bit nonce each time (NIST SP 800-38D). Without a key
 * data is stored as it is, and stays readable after a key is set.
 */
export interface Seal {
  sealBytes(plain: Buffer): Buffer
  openBytes(sealed: Buffer): Buffer
  sealText(plain: string): string
  openText(sealed: string): string
  /** The name of the key that seals: it tells keys apart and nothing of them. `none` without a key. */
  sealsWith: string
  /** The names of all keys that open. */
  opensWith: readonly string[]
  /** The name of the key that something was sealed with. */
  keyOf(sealed: Buffer | string): string
}

/** What data that is not sealed counts as sealed with. */
export const NO_KEY = 'none'

const PLAIN = 0
const AES_256_GCM = 1
const KEY_ID_LENGTH = 4
const NONCE_LENGTH = 12
const TAG_LENGTH = 16

/** Random bytes are drawn for this many nonces together: a draw costs more than a seal's share of the cipher. */
const NONCES_A_DRAW = 256

/** @param keys 32 bytes each: the first seals, all open */
export function createSeal(keys: readonly Buffer[]): Seal {
  // As key objects: with a key given as bytes a cipher takes ten times as long to begin.
  const ring = keys.map(key => ({
    key: createSecretKey(key),
    id: createHash('sha256').update(key).digest().subarray(0, KEY_ID_LENGTH),
  }))
  const [first] = ring
  const drawNonce = createNonces()

  function sealBytes(plain: Buffer): Buffer {
    if (first === undefined) return Buffer.concat([Buffer.of(PLAIN), plain])
    const nonce = drawNonce()
    const cipher = createCipheriv('aes-256-gcm', first.key, nonce, { authTagLength: TAG_LENGTH })
    const body = [cipher.update(plain), cipher.final()]
    return Buffer.concat([Buffer.of(AES_256_GCM), first.id, nonce, cipher.getAuthTag(), ...body])
  }

  function openBytes(sealed: Buffer): Buffer {
    const kind = sealed[0]
    if (kind === PLAIN) return sealed.subarray(1)
    if (kind !== AES_256_GCM) throw new Error('sealed data has an unknown format')
    const id = sealed.subarray(1, 1 + KEY_ID_LENGTH)
    const found = ring.find(entry => entry.id.equals(id))
    if (found === undefined) throw new Error('sealed data was written with a DATA_KEY that is not set now')
    const nonceEnd = 1 + KEY_ID_LENGTH + NONCE_LENGTH
    const nonce = sealed.subarray(1 + KEY_ID_LENGTH, nonceEnd)
    const decipher = createDecipheriv('aes-256-gcm', found.key, nonce, { authTagLength: TAG_LENGTH })
    decipher.setAuthTag(sealed.subarray(nonceEnd, nonceEnd + TAG_LENGTH))
    return Buffer.concat([decipher.update(sealed.subarray(nonceEnd + TAG_LENGTH)), decipher.final()])
  }

  function keyOf(sealed: Buffer): string {
    return sealed[0] === PLAIN ? NO_KEY : sealed.subarray(1, 1 + KEY_ID_LENGTH).toString('hex')
  }

  return {
    sealsWith: first?.id.toString('hex') ?? NO_KEY,
    opensWith: [NO_KEY, ...ring.map(({ id }) => id.toString('hex'))],
    keyOf(sealed) {
      if (typeof sealed !== 'string') return keyOf(sealed)
      return sealed.startsWith('p') ? NO_KEY : keyOf(Buffer.from(sealed.slice(1), 'base64'))
    },
    sealBytes,
    openBytes,
    sealText: plain => (first === undefined ? `p${plain}` : `s${sealBytes(Buffer.from(plain)).toString('base64')}`),
    openText: sealed =>
      sealed.startsWith('p') ? sealed.slice(1) : openBytes(Buffer.from(sealed.slice(1), 'base64')).toString('utf8'),
  }
}

/** Nonces that are each handed out once. One is to be used before the next is drawn. */
function createNonces(): () => Buffer {
  const pool = Buffer.alloc(NONCE_LENGTH * NONCES_A_DRAW)
  let at = pool.length
  return () => {
    if (at === pool.length) {
      randomFillSync(pool)
      at = 0
    }
    at += NONCE_LENGTH
    return pool.subarray(at - NONCE_LENGTH, at)
  }
}
