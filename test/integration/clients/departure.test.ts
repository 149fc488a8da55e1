import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { describe, expect, it } from 'vitest'
import { createDeparture } from '../../../src/clients/departure.ts'

/** TLS with a shared key, so that a real handshake needs no certificate. */
const psk = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const
const key = Buffer.from('00112233445566778899aabbccddeeff', 'hex')

describe('departure over TLS', () => {
  it.each([
    ['the handshake stood', key, true],
    ['the handshake failed', Buffer.alloc(16), false],
  ])('%s', async (_, clientKey, left) => {
    let received = ''
    const server = tls.createServer({ ...psk, pskCallback: () => key }, socket => {
      socket.on('error', () => {})
      socket.once('data', data => {
        received = data.toString()
        socket.destroy()
      })
    })
    server.on('tlsClientError', () => {})
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')

    const departure = createDeparture()
    const pskCallback = () => ({ psk: clientKey, identity: 'test' })
    const native = { ...psk, pskCallback, checkServerIdentity: () => undefined, method: 'POST', agent: false } as const
    const request = departure.open(new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`), native)
    expect(departure.left).toBe(false)
    request.end('body')
    await once(request, 'error')

    expect(departure.left).toBe(left)
    expect(received.includes('body')).toBe(left)
    expect(departure.status).toBeUndefined()
    server.close()
  })
})
