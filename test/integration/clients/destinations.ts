import { inject, onTestFinished } from 'vitest'
import type { ControlInput } from '../../../simulator/control.ts'
import { USUAL_LOCATION } from '../../../simulator/leadconnector/control.ts'
import { createSimulator, type Simulator } from '../../../simulator/simulator.ts'
import { type Budget, createBudget, type Rate } from '../../../src/clients/budget.ts'
import { createProviders, type Providers } from '../../../src/clients/providers.ts'
import type { ConversionPort } from '../../../src/clients/receiver-ports.ts'
import { systemClock } from '../../../src/clock.ts'
import { untilReady, workerConnection } from '../../../src/redis/connect.ts'
import { createKeys } from '../../../src/redis/keys.ts'
import { uniquePrefix } from '../../support/prefix.ts'

/** The ad platforms as the service has them: against the simulator, with their budgets in Redis. */
export interface Destinations {
  simulator: Simulator
  providers: Providers
  meta: ConversionPort
  tiktok: ConversionPort
  /** Leave that was asked for, by account. */
  leaves: Record<string, number>
}

export const noTokens = () => {
  throw new Error('no vendor here renews its tokens')
}

/** Everything is closed when the test ends. */
export async function startDestinations(
  control: Partial<ControlInput> = {},
  rate: Rate = { requests: 1_000, perMs: 1_000 },
): Promise<Destinations> {
  const simulator = await createSimulator({ control })
  onTestFinished(() => simulator.close())
  const client = workerConnection({ kind: 'url', url: inject('redisUrl') })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 5_000)
  const keys = createKeys(uniquePrefix())
  const leaves: Record<string, number> = {}
  const budget = (account: string, rate: Rate): Budget => {
    const real = createBudget({ client, clock: systemClock, random: Math.random, key: keys.budget(account), rate })
    leaves[account] = 0
    return {
      pause: real.pause,
      depart: real.depart,
      take(purpose, signal) {
        leaves[account] = (leaves[account] ?? 0) + 1
        return real.take(purpose, signal)
      },
    }
  }
  const providers = createProviders(
    {
      leadsail: { apiKeys: ['key'], baseUrl: simulator.leadsailUrl, rate },
      leadconnector: {
        tokens: ['pit-token'],
        locationId: USUAL_LOCATION,
        baseUrl: simulator.leadconnectorUrl,
        versions: { voice: '2021-04-15', contacts: '2021-07-28' },
        rate,
      },
      naturalead: { apiKeys: ['nl_test_key'], baseUrl: simulator.naturaleadUrl, rate },
      meta: { accessTokens: ['meta-token'], baseUrl: simulator.metaUrl, rate },
      tiktok: { accessTokens: ['tiktok-token'], baseUrl: simulator.tiktokUrl, rate },
    },
    { clock: systemClock, random: Math.random, budget, tokens: noTokens },
  )
  onTestFinished(() => providers[Symbol.asyncDispose]())
  const [meta, tiktok] = [providers.destination('meta'), providers.destination('tiktok')]
  return { simulator, providers, meta, tiktok, leaves }
}
