import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKeyedHash } from './keyed-hash.ts'

test('it is HMAC-SHA-256, whatever the key and the text', () => {
  const secrets = fc.uint8Array({ minLength: 1, maxLength: 100 })
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 2 })
  fc.assert(
    fc.property(secrets, texts, (bytes, all) => {
      const secret = Buffer.from(bytes)
      const keyedHash = createKeyedHash(secret)
      for (const text of [...all, 'x'.repeat(256), 'é'.repeat(257), 'lone \ud800']) {
        expect(keyedHash(text)).toBe(createHmac('sha256', secret).update(text).digest('hex'))
      }
    }),
  )
})
