import { randomUUID } from 'node:crypto'
import { inject, onTestFinished } from 'vitest'
import { ShiftedClock } from '../../src/clock.ts'
import { loadConfig } from '../../src/config.ts'
import { planDial } from '../../src/ledger/effects.ts'
import { loadIdentity } from '../../src/ledger/identity.ts'
import { createLedger, type Ledger } from '../../src/ledger/index.ts'
import { producerConnection, untilReady } from '../../src/redis/connect.ts'
import { createKeys } from '../../src/redis/keys.ts'
import { parseRedisUrl } from '../../src/redis/redis-url.ts'
import { createSeal } from '../../src/seal.ts'

/** A ledger of the test's own, on the data of a service. */
export async function openLedger(env: Record<string, string>, clock = new ShiftedClock()): Promise<Ledger> {
  const config = loadConfig(env)
  const target = parseRedisUrl(inject('redisUrl'))
  if (typeof target === 'string') throw new Error(target)
  const client = producerConnection(target, { name: 'test-ledger', onError: () => {} })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 10_000)
  const keys = createKeys(config.redis.prefix)
  const seal = createSeal(config.dataKeys)
  const identity = await loadIdentity(client, keys, seal, config.redis.shards)
  return createLedger({ client, clock, keys, seal, identity })
}

export interface ListLead {
  leadId: string
  /** E.164. */
  phone: string
  /** When the first dial is due, ms; at once by default. */
  dueAt?: number
  /** IANA name; New York's by default. */
  zone?: string
}

/** Opens journeys as a list does: they wait for their campaign to run. Answers their ids. */
export async function openListJourneys(
  ledger: Ledger,
  campaign: string,
  leads: readonly ListLead[],
  now: number,
): Promise<string[]> {
  return Promise.all(
    leads.map(async ({ leadId, phone, dueAt, zone = 'America/New_York' }) => {
      const person = ledger.identity.person(phone)
      const eventId = `list_${randomUUID()}`
      const id = ledger.identity.journeyId(person, eventId, campaign, '0')
      await ledger.leads.claim({ leadId, campaign, journeyId: id })
      const journey = {
        ...{ id, version: 1, campaign, provider: 'leadsail' as const, leadId, person: person.id, test: false },
        ...{ list: true as const, eventId, joinedEvents: [], zones: [zone] },
        ...{ attempts: [], effects: [], steps: [], createdAt: now, private: { phone } },
      }
      const opened = await ledger.journeys.open(
        journey,
        draft => {
          draft.note('journey.opened', { event: eventId, campaign })
          planDial(draft, 1, dueAt ?? draft.now)
          return undefined
        },
        undefined,
      )
      if (opened !== 'opened') throw new Error(`the journey of ${leadId} was refused`)
      return id
    }),
  )
}

/** Numbers that are valid and all different. */
export function listLeads(count: number, from = 0): ListLead[] {
  return Array.from({ length: count }, (_, index) => ({
    leadId: `row_${from + index}`,
    phone: `+1212${String(2_000_000 + from + index)}`,
  }))
}
