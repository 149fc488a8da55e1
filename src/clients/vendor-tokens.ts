import type { Clock } from '../clock.ts'
import { AppError, UnavailableError } from '../errors.ts'

/** What a vendor last gave for a refresh token; instants in milliseconds since the epoch. */
export interface VendorTokens {
  accessToken: string
  /** Works once, for the next ones. */
  refreshToken: string
  askedAt: number
  endsAt: number
}

/** Tokens that outlive a process and are shared by all of them. */
export interface TokenStore {
  /** What was saved last of those that go back to this first refresh token. */
  load(origin: string): Promise<VendorTokens | undefined>
  save(origin: string, tokens: VendorTokens): Promise<void>
  /** Does it while nobody else does, in any process; `undefined` at once when somebody is at it. */
  alone<T>(work: () => Promise<T>): Promise<{ done: T } | undefined>
}

/** A token is renewed this long before its end, or in the last tenth of a short life. */
const RENEW_AHEAD_MS = 600_000
const RENEW_AHEAD_SHARE = 0.1

/** A token this young that the vendor does not take is refused for something else than its age. */
const YOUNG_MS = 300_000

/** After a renewal ahead of time that failed, the next one; the token that is there still works meanwhile. */
const TRY_AGAIN_MS = 30_000

/**
 * Keeps one account's access token. A renewal that is due ahead of time costs nobody anything when it fails; without a
 * token that works its failure is everybody's.
 * @param parts.origin the first refresh token, as it was set: a new one begins anew
 * @param parts.exchange asks the vendor; throws the errors of `errors.ts`
 */
export function renewalOf(parts: {
  store: TokenStore
  clock: Clock
  origin: string
  exchange: (refreshToken: string) => Promise<VendorTokens>
}) {
  const { store, clock, origin, exchange } = parts
  let known: VendorTokens | undefined
  let running: Promise<VendorTokens> | undefined
  let notBefore = 0

  const good = (tokens: VendorTokens | undefined, refused?: string): VendorTokens | undefined =>
    tokens !== undefined && tokens.accessToken !== refused && clock.now() < tokens.endsAt ? tokens : undefined

  const fresh = (tokens: VendorTokens | undefined, refused?: string): VendorTokens | undefined =>
    tokens !== undefined && clock.now() < tokens.endsAt - aheadMs(tokens) ? good(tokens, refused) : undefined

  /** What another process has renewed meanwhile, else what the vendor gives now. */
  async function renew(refused: string | undefined): Promise<VendorTokens> {
    const shared = await store.load(origin)
    const ready = fresh(shared, refused)
    if (ready !== undefined) return ready
    const renewed = await store.alone(async () => {
      const newest = await store.load(origin)
      const given = fresh(newest, refused)
      if (given !== undefined) return given
      const granted = await exchange(newest?.refreshToken ?? origin)
      await store.save(origin, granted)
      return granted
    })
    const usable = renewed?.done ?? good(shared, refused)
    if (usable !== undefined) return usable
    throw new UnavailableError('the access token is being renewed by another process', { code: 'TOKEN_IN_RENEWAL' })
  }

  /** One renewal at a time in this process; whoever stops waiting for it does not end it for the others. */
  async function renewed(refused: string | undefined, signal: AbortSignal): Promise<VendorTokens> {
    running ??= renew(refused).finally(() => {
      running = undefined
    })
    known = await within(running, signal).catch(asOurs)
    return known
  }

  return {
    /** Throws as `exchange` does, and UnavailableError while there is no token. */
    async current(signal: AbortSignal): Promise<string> {
      const old = good(known)
      if (old !== undefined && (old === fresh(old) || clock.now() < notBefore)) return old.accessToken
      notBefore = clock.now() + TRY_AGAIN_MS
      try {
        return (await renewed(undefined, signal)).accessToken
      } catch (error) {
        if (old === undefined) throw error
        return old.accessToken
      }
    },
    /** Another token than the one that the vendor did not take, if there is one. Throws as `current` does. */
    async after(refused: string, signal: AbortSignal): Promise<string | undefined> {
      if (known?.accessToken === refused && clock.now() - known.askedAt < YOUNG_MS) return undefined
      const { accessToken } = good(known, refused) ?? (await renewed(refused, signal))
      return accessToken === refused ? undefined : accessToken
    },
  }
}

function aheadMs({ askedAt, endsAt }: VendorTokens): number {
  return Math.min(RENEW_AHEAD_MS, (endsAt - askedAt) * RENEW_AHEAD_SHARE)
}

/** The result, or that whoever waits for it has no more time: nothing of theirs was sent. */
async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: given, reject } = Promise.withResolvers<never>()
  const abort = () => reject(new UnavailableError('nothing was sent: no access token in time', { code: 'ABORTED' }))
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, given])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Without a token nothing was sent, whatever kept it: also Redis being away. */
function asOurs(cause: unknown): never {
  if (cause instanceof AppError) throw cause
  throw new UnavailableError('the access token could not be read', { code: 'TOKEN_AWAY', cause })
}
