import type { Request } from 'express'
import { isLetIn } from '../access.ts'
import type { Answer } from '../gateway.ts'
import type { PartOptions } from '../part.ts'

/** About a day, as the reference prints it. */
const LIFE_MS = 86_399_000

export type Tokens = ReturnType<typeof createTokens>

/** Who is let in: private tokens, and what an app was given for a refresh token, each of which works once. */
export function createTokens({ now, newId, settings }: Pick<PartOptions, 'now' | 'newId' | 'settings'>) {
  /** When each access token ends. */
  const given = new Map<string, number>()
  /** The one that works now; the app's first until it was used. */
  let refreshToken: string | undefined

  return {
    isGood(token: string | undefined): boolean {
      if (token === undefined) return false
      const { apiKeys, leadconnector } = settings.current
      if ((given.get(token) ?? 0) > now()) return true
      const isAppAlone = leadconnector.oauth && apiKeys.leadconnector === undefined
      return !isAppAlone && isLetIn(settings, 'leadconnector', token)
    },

    /** `POST /oauth/token`, whose refusals are those of OAuth. */
    grant(request: Request): Answer {
      const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
      const app = settings.current.leadconnector.oauth
      if (!app || form.get('client_id') !== app.clientId || form.get('client_secret') !== app.clientSecret) {
        return refused(401, 'invalid_client', 'Client authentication failed')
      }
      if (form.get('grant_type') !== 'refresh_token') return refused(400, 'unsupported_grant_type', 'Unknown grant')
      if (form.get('refresh_token') !== (refreshToken ?? app.refreshToken)) {
        return refused(400, 'invalid_grant', 'This refresh token is invalid')
      }
      const lifeMs = app.lifeMs ?? LIFE_MS
      const accessToken = newId('access')
      given.set(accessToken, now() + lifeMs)
      refreshToken = newId('refresh')
      const body = {
        access_token: accessToken,
        token_type: 'Bearer',
        expires_in: lifeMs / 1_000,
        refresh_token: refreshToken,
        scope: 'contacts.write conversations/message.write voice-ai-dashboard.readonly',
        userType: 'Location',
        locationId: settings.current.leadconnector.locationId,
      }
      return { status: 200, body }
    },

    /** Every access token ends at once. */
    revoke: () => given.clear(),
    reset(): void {
      given.clear()
      refreshToken = undefined
    },
  }
}

function refused(status: number, error: string, error_description: string): Answer {
  return { status, body: { error, error_description } }
}
