import type { Campaign } from '../campaigns/campaign.ts'
import { nextPollAt } from '../campaigns/poll-plan.ts'
import { bad, type Finding, good } from './finding.ts'

/** How long a usual call holds its place, with its ringing. */
const USUAL_CALL_MS = 45_000

/** Before a call the lead's record is read, then the call is placed. */
const DIAL_REQUESTS = 2

/**
 * Requests a second that a campaign at full pace makes of each account: calls as fast as its pace and its live calls
 * allow, each followed to its end, and every rule firing. A hand-over leaves the pace to the vendor: it asks for nothing.
 */
export function demandOf(campaign: Campaign): Map<string, number> {
  const { mode, provider, dial, followUps, writeBack } = campaign
  const demand = new Map<string, number>()
  if (mode === 'handover') return demand
  const { callsPerSecond, maxLive } = dial.pace
  const calls = Math.min(callsPerSecond, maxLive / (USUAL_CALL_MS / 1000))
  const add = (account: string, requests: number) => demand.set(account, (demand.get(account) ?? 0) + calls * requests)
  add(provider, DIAL_REQUESTS + looksAt(campaign) + Number(writeBack.lead) + Number(writeBack.submission))
  for (const { act } of followUps) add(act.via, 1)
  return demand
}

/** Looks at a usual call: while it goes on, the one that finds its end, and one more for its summary. */
function looksAt({ poll }: Campaign): number {
  let looks = 1
  let lastPollAt: number | undefined
  for (;;) {
    const at = nextPollAt({ poll, placedAt: 0, lastPollAt, nowMs: lastPollAt ?? 0 })
    looks += 1
    if (at >= USUAL_CALL_MS || at === lastPollAt) return looks
    lastPollAt = at
  }
}

/** @param rates requests per second that each account allows, by its name */
export function checkBudget(campaigns: readonly Campaign[], rates: Readonly<Record<string, number>>): Finding[] {
  const found = Object.entries(rates).flatMap(([account, rate]): Finding[] => {
    const asks = campaigns.flatMap(campaign => {
      const wanted = demandOf(campaign).get(account) ?? 0
      return wanted > 0 ? [{ id: campaign.id, wanted }] : []
    })
    const wanted = asks.reduce((sum, ask) => sum + ask.wanted, 0)
    if (asks.length === 0) return []
    const ids = asks.map(({ id }) => id).join(', ')
    const figures = `${perSecond(wanted)} of ${account}'s ${perSecond(rate)} requests a second`
    if (wanted <= rate) return [good('budget', `${ids} at full pace: ${figures}`)]
    return [
      bad(
        'budget',
        `${ids} at full pace would make ${figures}`,
        'calls start more slowly than their pace, and their ends are seen late',
        `lower dial.pace, or raise ${account.toUpperCase()}_RATE where the account allows more`,
      ),
    ]
  })
  return found
}

const perSecond = (rate: number) => String(Math.round(rate * 10) / 10)
