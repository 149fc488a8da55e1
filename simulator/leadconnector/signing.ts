import { generateKeyPairSync, sign } from 'node:crypto'

export type Signer = ReturnType<typeof createSigner>

/** A key pair of this simulator's own: webhooks are signed as LeadConnector signs them, over the raw body in Ed25519. */
export function createSigner() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    /** PEM. */
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    /** Base64, for the header `X-GHL-Signature`. */
    sign: (body: string) => sign(null, Buffer.from(body), privateKey).toString('base64'),
  }
}
