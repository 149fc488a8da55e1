import { expect } from 'vitest'
import type { DestinationView } from '../../src/desk/destinations.ts'
import { eventually } from './eventually.ts'
import { plainCampaign, type Stage, type StageOptions, startStage } from './stage.ts'

/** A stage whose calls have all ended as qualified, and whose pixels wait for `fire`. */
export interface PixelStage extends Stage {
  leads: string[]
  /** Lets the pixels go. */
  fire(): Promise<void>
  destinations(): Promise<DestinationView[]>
  /** One destination, as soon as it passes the check. */
  destination(name: string, check: (found: DestinationView) => unknown): Promise<DestinationView>
  /** All journeys are over. */
  rest(timeoutMs?: number): Promise<void>
}

/** Longer than it takes to place all calls. */
const CALL_MS = 600_000

/** @param pixels of the campaign's only rules, in order: `pixel-1` and so on */
export async function startPixelStage(
  leadCount: number,
  pixels: readonly object[],
  options: StageOptions = {},
): Promise<PixelStage> {
  const followUps = pixels.map((act, index) => ({ id: `pixel-${index + 1}`, pixel: act }))
  const [campaign = plainCampaign] = options.campaigns ?? []
  const stage = await startStage({
    ...options,
    campaigns: [{ ...campaign, followUps }],
    control: { timeScale: 1, scripts: { '*': [{ status: 'qualified', lengthMs: CALL_MS }] }, ...options.control },
  })
  const leads = Array.from({ length: leadCount }, (_, index) => `lead_${index}`)
  for (let at = 0; at < leads.length; at += 20) await Promise.all(leads.slice(at, at + 20).map(id => stage.lead(id)))
  const placed = () => stage.simulator.truth({ lists: false }).counts.calls
  await eventually(() => expect(placed()).toBe(leadCount), { timeoutMs: 60_000 })
  // In all, and counted: no call is under way whose end another one would be mistaken for.
  const countOf = async (state: 'in_call' | 'following_up') => (await stage.campaign()).progress[state]
  await eventually(async () => expect(await countOf('in_call')).toBe(leadCount), { timeoutMs: 60_000 })
  await stage.api('/pause', { method: 'POST' })
  stage.clock.advance(CALL_MS)
  await eventually(async () => expect(await countOf('following_up')).toBe(leadCount), { timeoutMs: 60_000 })

  const destinations = async () =>
    (await stage.api<{ destinations: DestinationView[] }>('/destinations')).body.destinations
  return Object.assign(Object.create(stage) as Stage, {
    leads,
    async fire() {
      await stage.api('/resume', { method: 'POST' })
    },
    destinations,
    destination: (name: string, check: (found: DestinationView) => unknown) =>
      eventually(async () => {
        const found = (await destinations()).find(entry => entry.name === name)
        if (found === undefined || !check(found)) throw new Error(`${name} is ${JSON.stringify(found)}`)
        return found
      }),
    rest: (timeoutMs = 20_000) =>
      eventually(
        async () => {
          const { total, done = 0, stopped = 0, parked = 0 } = (await stage.campaign()).progress
          expect(done + stopped + parked).toBe(total)
        },
        { timeoutMs },
      ),
  })
}
