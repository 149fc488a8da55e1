import { once } from 'node:events'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { Readable } from 'node:stream'
import { readAnswer } from './answer-text.ts'
import type { ClientSettings } from './client-settings.ts'
import { Failure } from './failure.ts'
import { readRefusal } from './refusal.ts'
import { describeUnreachable } from './unreachable.ts'

/**
 * The service takes a list as fast as it can write it, and answers at its end. Leads without a number are asked for at
 * the vendor, a few a second: what lies in buffers when the last byte is sent may take hours. `fetch` gives an answer
 * five minutes and cannot be told otherwise, so this does without it.
 */
const ANSWER_TIMEOUT_MS = 4 * 3_600_000

/** A machine that is gone answers no probe: it is noticed long before the timeout. */
const PROBE_AFTER_MS = 30_000

/**
 * Sends a body of any length and hands back the text of the answer. An answer that comes early ends the sending.
 * @param onSent all is on its way, the answer is not there yet
 * @throws Refusal when the service says no, Failure when it cannot be asked, or what reading the body threw
 */
export async function upload(
  { url, apiKey }: ClientSettings,
  path: string,
  {
    contentType,
    body,
    stop,
    onSent,
  }: { contentType: string; body: AsyncIterable<Uint8Array>; stop: AbortSignal; onSent: () => void },
): Promise<string> {
  const address = new URL(`${url}${path}`)
  const send = address.protocol === 'https:' ? requestHttps : requestHttp
  const request = send(address, {
    method: 'POST',
    signal: stop,
    timeout: ANSWER_TIMEOUT_MS,
    headers: {
      Accept: 'application/json',
      'Content-Type': contentType,
      ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }),
    },
  })
  request.on('socket', socket => socket.setKeepAlive(true, PROBE_AFTER_MS))
  request.on('timeout', () => request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))

  // What breaks after the answer is there breaks nothing.
  request.on('error', () => {})

  const source = Readable.from(body, { objectMode: false })
  // What goes wrong with the list itself must not be taken for a fault of the connection.
  let unreadable: { error: unknown } | undefined
  source.on('error', error => {
    unreadable = { error }
    request.destroy(error)
  })
  request.on('finish', onSent)
  source.pipe(request)
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const text = await readAnswer(response)
    const status = response.statusCode ?? 0
    if (status >= 200 && status < 300) return text
    const retryAfter = response.headers['retry-after']
    throw readRefusal({ status, text, retryAfter }, { url, hasKey: apiKey !== undefined })
  } catch (error) {
    if (unreadable !== undefined) throw unreadable.error
    if (stop.aborted || error instanceof Failure) throw error
    throw describeUnreachable(error, url)
  } finally {
    source.destroy()
    request.off('finish', onSent).destroy()
  }
}
