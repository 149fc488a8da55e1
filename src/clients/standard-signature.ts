import { createHmac } from 'node:crypto'

/**
 * The headers by which a receiver tells a message of ours from a forged one, and a repeat from a new one.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @param secret absent: nothing is signed
 * @param message.id the same on every try
 * @param message.body as it is sent
 */
export function signedHeaders(
  secret: Buffer | undefined,
  { id, nowMs, body }: { id: string; nowMs: number; body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000))
  const named = { 'webhook-id': id, 'webhook-timestamp': timestamp }
  if (secret === undefined) return named
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { ...named, 'webhook-signature': `v1,${signature}` }
}
