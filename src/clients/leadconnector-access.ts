import { z } from 'zod'
import { RejectedError } from '../errors.ts'
import { Id, Seconds } from './fields.ts'
import { createHttp, type HttpOptions } from './http.ts'
import { renewalOf, type TokenStore, type VendorTokens } from './vendor-tokens.ts'

/** An app of the vendor's marketplace that a sub-account has let in. */
export interface OauthApp {
  clientId: string
  clientSecret: string
  /** As it was given when the app was let in; the vendor replaces it on every use, and what came after is in the store. */
  refreshToken: string
}

/** What a request proves itself by. */
export interface Access extends AsyncDisposable {
  /**
   * The token to send now.
   * @throws UnavailableError when there is none for now; RejectedError (`UNAUTHORIZED`) when the app must be let in anew
   */
  token(signal: AbortSignal): Promise<string>
  /** The vendor did not take this token: another one, if there is any. Throws as `token` does. */
  tokenAfter(refused: string, signal: AbortSignal): Promise<string | undefined>
}

/** A private integration token: it is there until somebody takes it away. */
export function fixedAccess(token: string): Access {
  return {
    token: async () => token,
    tokenAfter: async () => undefined,
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Where the vendor does not say how long its token lasts, which it does by its reference. */
const UNTOLD_LIFE_MS = 3_600_000

const Granted = z.object({ access_token: Id, refresh_token: Id, expires_in: Seconds })

/**
 * Access tokens by refresh token, renewed before they end. A refresh token works once, so all processes share what is in
 * the store, and one of them at a time renews it. A process that dies between the vendor's answer and the store takes the
 * new refresh token with it: then the app must be let in anew, which the vendor's own guide has no help against either.
 * https://github.com/GoHighLevel/highlevel-api-docs/blob/main/docs/oauth/Authorization.md
 */
export function oauthAccess({
  app,
  store,
  ...options
}: Omit<HttpOptions, 'headers' | 'budget' | 'readFailure'> & {
  app: OauthApp
  store: TokenStore
}): Access {
  const { clock } = options
  // Its limits are not the account's: it takes no leave.
  const http = createHttp({ ...options, headers: () => ({}) })
  const tokens = renewalOf({ store, clock, origin: app.refreshToken, exchange })

  async function exchange(refreshToken: string): Promise<VendorTokens> {
    const form = new URLSearchParams({
      client_id: app.clientId,
      client_secret: app.clientSecret,
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      user_type: 'Location',
    })
    // Both bodies hold secrets that no header shows: none of them goes along with an error.
    const how = { repeatable: true, isShared: true }
    const askedAt = clock.now()
    const granted = await http.act('POST', '/oauth/token', form, Granted, how).catch(refusedAsKey)
    return {
      accessToken: granted.access_token,
      refreshToken: granted.refresh_token,
      askedAt,
      endsAt: askedAt + (granted.expires_in ?? UNTOLD_LIFE_MS),
    }
  }

  return {
    token: signal => tokens.current(signal),
    tokenAfter: (refused, signal) => tokens.after(refused, signal),
    [Symbol.asyncDispose]: () => http.close(),
  }
}

/** The vendor's no is about our key, whatever its status; its words could repeat what was sent. */
function refusedAsKey(error: unknown): never {
  if (!(error instanceof RejectedError)) throw error
  const { status } = error
  throw new RejectedError('LeadConnector does not renew the access token: the app must be let in anew', {
    code: 'UNAUTHORIZED',
    ...(status === undefined ? {} : { status }),
  })
}
