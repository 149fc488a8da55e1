import { z } from 'zod'
import { createHttp, type Http, type HttpOptions } from '../../../src/clients/http.ts'
import type { RequestOptions } from '../../../src/clients/ports.ts'
import { ShiftedClock } from '../../../src/clock.ts'
import { AppError } from '../../../src/errors.ts'

export const Ok = z.object({ ok: z.boolean() })

/** A client of the given server, with what a test does not care about filled in. */
export function client(baseUrl: string, options: Partial<HttpOptions> = {}): Http {
  return createHttp({
    baseUrl,
    headers: () => ({ 'X-API-Key': 'key_0123456789' }),
    clock: new ShiftedClock(),
    ...options,
  })
}

export const get = (http: Http, options?: RequestOptions) => http.get('/thing', Ok, options)
export const act = (http: Http, options?: RequestOptions) => http.act('POST', '/thing', { a: 1 }, Ok, options)

/** The error a call ends in; a call that succeeds fails the test. */
export async function errorOfCall(call: Promise<unknown>): Promise<AppError> {
  const result = await call.then(
    value => value,
    error => error,
  )
  if (result instanceof AppError) return result
  throw new Error('expected one of our errors', { cause: result })
}

/** Kind and code of the errors in which a GET and then an act end. */
export async function kinds(http: Http): Promise<string[]> {
  const errors = [await errorOfCall(get(http)), await errorOfCall(act(http))]
  return errors.map(error => `${error.name} ${error.code}`)
}
