import { setTimeout as wait } from 'node:timers/promises'
import type { CampaignView } from '../src/desk/campaigns.ts'
import type { EventView } from '../src/desk/events.ts'
import type { JourneySummary, JourneyView } from '../src/desk/journey-view.ts'
import { CAMPAIGN_ID } from './campaign.ts'

/** What the run asks the service over its HTTP API. */
export type Api = ReturnType<typeof createApi>

/** Journeys in one page, the most that the API gives. */
const PAGE = 1_000
/** How often a question is asked again while the web process is away. */
const TRIES = 20
const RETRY_MS = 500
const ANSWER_WITHIN_MS = 30_000
const GLANCE_MS = 1_000

interface JourneyPage {
  journeys: JourneySummary[]
  nextCursor?: string
}

/** @param aborted ends every question and every further try */
export function createApi(url: string, aborted: AbortSignal) {
  async function get<T>(path: string): Promise<T | undefined> {
    for (let tries = 1; ; tries += 1) {
      try {
        const signal = AbortSignal.any([aborted, AbortSignal.timeout(ANSWER_WITHIN_MS)])
        const answer = await fetch(`${url}/api/v1${path}`, { signal })
        if (answer.ok) return (await answer.json()) as T
        if (answer.status === 404) return undefined
        throw new Error(`GET ${path} answered ${answer.status}`)
      } catch (error) {
        if (tries >= TRIES || aborted.aborted) throw error
        await wait(RETRY_MS)
      }
    }
  }

  return {
    /** Each of these is `undefined` when the service does not know it. */
    campaign: () => get<CampaignView>(`/campaigns/${CAMPAIGN_ID}`),
    /** The campaign, if it can be had at once. */
    glance: () =>
      fetch(`${url}/api/v1/campaigns/${CAMPAIGN_ID}`, { signal: AbortSignal.timeout(GLANCE_MS) })
        .then(async answer => (answer.ok ? ((await answer.json()) as CampaignView) : undefined))
        .catch(() => undefined),
    event: (eventId: string) => get<EventView>(`/events/${eventId}`),
    journey: (id: string) => get<JourneyView>(`/journeys/${id}`),

    /** All of them, or those in one state, page by page. */
    async journeys(state?: string): Promise<JourneySummary[]> {
      const found: JourneySummary[] = []
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const query = new URLSearchParams({ limit: String(PAGE) })
        if (state !== undefined) query.set('state', state)
        if (cursor !== '') query.set('cursor', cursor)
        const page = await get<JourneyPage>(`/journeys?${query}`)
        found.push(...(page?.journeys ?? []))
        cursor = page?.nextCursor
      }
      return found
    },
  }
}
