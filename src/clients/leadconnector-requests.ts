import { RejectedError } from '../errors.ts'
import { createHttp, type Http, type HttpOptions } from './http.ts'
import type { Access } from './leadconnector-access.ts'
import { readLeadConnectorFailure, withoutActions } from './leadconnector-failure.ts'
import type { RequestOptions } from './ports.ts'
import { REQUEST_TIMEOUT_MS } from './timeouts.ts'

export type Requests = Pick<Http, 'get' | 'act'> & AsyncDisposable

/**
 * Requests to one family of endpoints, which share a `Version`. A token that the vendor does not take (401) is renewed and
 * the request sent once more: it has surely not been done. All of it ends within `REQUEST_TIMEOUT_MS`, for whoever wrote
 * down when this will be over counted on one request.
 * https://github.com/GoHighLevel/highlevel-api-docs/blob/main/docs/oauth/Authorization.md
 */
export function createRequests(
  options: Omit<HttpOptions, 'headers' | 'readFailure'> & { access: Access; version: string },
): Requests {
  const { access, version, ...httpOptions } = options
  let token = ''
  const http = createHttp({
    ...httpOptions,
    headers: () => ({ Authorization: `Bearer ${token}`, Version: version }),
    readFailure: readLeadConnectorFailure,
    withoutSecrets: withoutActions,
  })

  async function send<T>(
    { permit, signal: given }: RequestOptions,
    request: (options: RequestOptions) => Promise<T>,
  ): Promise<T> {
    const signal = inTime(given)
    const sent = await access.token(signal)
    token = sent
    try {
      return await request({ signal, ...(permit === undefined ? {} : { permit }) })
    } catch (error) {
      if (!(error instanceof RejectedError) || error.status !== 401) throw error
      const other = await access.tokenAfter(sent, signal)
      if (other === undefined) throw error
      token = other
      // The leave that was given is spent: this request takes its own.
      return await request({ signal })
    }
  }

  return {
    get: (path, Schema, given = {}) => {
      const { permit: _permit, ...options } = given
      return send(given, own => http.get(path, Schema, { ...options, ...own }))
    },
    act: (method, path, body, Schema, given = {}) => {
      const { permit: _permit, ...options } = given
      return send(given, own => http.act(method, path, body, Schema, { ...options, ...own }))
    },
    [Symbol.asyncDispose]: () => http.close(),
  }
}

/** The given signal, ended by the time that a request may take. */
export function inTime(signal: AbortSignal | undefined): AbortSignal {
  const end = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
  return signal === undefined ? end : AbortSignal.any([signal, end])
}
