import { generateKeyPairSync } from 'node:crypto'

/** A pair of keys of a test's own, both in PEM. */
export interface PemPair {
  publicKey: string
  privateKey: string
}

export function pemPair(kind: 'ed25519' | 'rsa' = 'ed25519'): PemPair {
  const { publicKey, privateKey } =
    kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
