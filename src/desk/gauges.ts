import type { CampaignBook } from '../campaigns/book.ts'
import { journeyStates } from '../campaigns/vocabulary.ts'
import type { Clock } from '../clock.ts'
import type { Ledger } from '../ledger/index.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { alertNames } from '../telemetry/alert-rules.ts'

/** One number that holds for the whole service, by the name under which Prometheus knows it. */
export interface Sample {
  name: string
  labels?: Readonly<Record<string, string>>
  value: number
}

export interface GaugeDesk {
  /** Index reads only: asked about every few seconds. Rejects when Redis is away. */
  read(): Promise<Sample[]>
}

const MINUTE_MS = 60_000

export function createGaugeDesk(parts: {
  ledger: Ledger
  campaigns: CampaignBook
  clock: Clock
  client: RedisClient
  keys: Keys
  /** Jobs that wait for a worker or are being done, by queue. */
  queues: () => Promise<Readonly<Record<string, number>>>
  /** The accounts that are set up, and requests per second that each allows. */
  accounts: Readonly<Record<string, number>>
}): GaugeDesk {
  const { ledger, campaigns, clock, client, keys, queues, accounts } = parts

  async function ofCampaign(campaign: ReturnType<CampaignBook['all']>[number]): Promise<Sample[]> {
    const labels = { campaign: campaign.id }
    const minute = clock.now() - MINUTE_MS
    const [progress, live, { status }, calls] = await Promise.all([
      ledger.search.progress(campaign.id),
      ledger.live.taken(campaign.id),
      ledger.control.read(campaign.id),
      ledger.dialRate.read(campaign.id, minute, minute),
    ])
    return [
      ...journeyStates.map(state => ({
        ...{ name: 'aftercall_journeys', labels: { ...labels, state } },
        value: progress.states[state],
      })),
      ...Object.entries(progress.outcomes).map(([outcome, value]) => ({
        ...{ name: 'aftercall_journeys_ended_as', labels: { ...labels, outcome } },
        value,
      })),
      { name: 'aftercall_live_calls', labels, value: live },
      { name: 'aftercall_live_calls_max', labels, value: campaign.dial.pace.maxLive },
      { name: 'aftercall_calls_last_minute', labels, value: calls[0] ?? 0 },
      { name: 'aftercall_campaign_running', labels, value: Number(status === 'running') },
    ]
  }

  async function ofBacklog(): Promise<Sample[]> {
    const now = clock.now()
    const [steps, inbox, waiting] = await Promise.all([ledger.backlog.steps(now), ledger.backlog.inbox(now), queues()])
    return [
      ...Object.entries(steps).flatMap(([kind, { count, oldestAt = now }]) => [
        { name: 'aftercall_due_steps', labels: { kind }, value: count },
        { name: 'aftercall_due_age_seconds', labels: { kind }, value: (now - oldestAt) / 1_000 },
      ]),
      { name: 'aftercall_inbox_events', value: inbox.count },
      ...Object.entries(waiting).map(([queue, value]) => ({ name: 'aftercall_queue_jobs', labels: { queue }, value })),
    ]
  }

  /** Every name, so that one that comes up is seen to rise from 0. */
  async function ofAlerts(): Promise<Sample[]> {
    const standing = await ledger.alerts.standing()
    return alertNames.map(name => ({
      ...{ name: 'aftercall_alerts', labels: { name } },
      value: standing.filter(alert => alert.name === name).length,
    }))
  }

  async function ofAccount(account: string, perSecond: number): Promise<Sample[]> {
    const next = Number((await client.hget(keys.budget(account), 'next')) ?? 0)
    const labels = { account }
    return [
      { name: 'aftercall_budget_limit_per_second', labels, value: perSecond },
      { name: 'aftercall_budget_line_seconds', labels, value: Math.max(0, next - clock.now()) / 1_000 },
    ]
  }

  return {
    async read() {
      const [paused, parked, canary] = await Promise.all([
        ledger.control.isAllPaused(),
        ledger.search.parkedCount(),
        client.get(keys.canary),
      ])
      const groups = await Promise.all([
        ...campaigns.all().map(ofCampaign),
        ...Object.entries(accounts).map(([account, perSecond]) => ofAccount(account, perSecond)),
        ofBacklog(),
        ofAlerts(),
      ])
      return [
        ...groups.flat(),
        { name: 'aftercall_paused', value: Number(paused) },
        { name: 'aftercall_parked_effects', value: parked },
        ...(canary === null
          ? []
          : [{ name: 'aftercall_canary_age_seconds', value: Math.max(0, clock.now() - Number(canary)) / 1_000 }]),
      ]
    },
  }
}
