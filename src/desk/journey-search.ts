import type { Page } from '../ledger/page.ts'
import type { JourneySummary } from './journey-view.ts'
import type { JourneyFilter } from './journeys.ts'

/** What may be meant as a number: digits with the usual marks around them. */
const LIKE_PHONE = /^\+?[\d\s().-]{6,25}$/

/**
 * Journeys by whatever somebody typed: lead id, phone number, interaction id, event id or the journey's own. They come
 * on one page, newest first.
 */
export async function findByWord(
  find: (filter: JourneyFilter, page: Page) => Promise<{ journeys: JourneySummary[] }>,
  word: string,
  filter: JourneyFilter,
  { limit }: Pick<Page, 'limit'>,
): Promise<JourneySummary[]> {
  const readings: JourneyFilter[] = [
    { journeyId: word },
    { leadId: word },
    { interactionId: word },
    { eventId: word },
    ...(LIKE_PHONE.test(word) ? [{ phone: word }] : []),
  ]
  const found = await Promise.all(readings.map(reading => find({ ...filter, ...reading }, { limit })))
  const byId = new Map(found.flatMap(({ journeys }) => journeys).map(journey => [journey.id, journey]))
  return [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, limit)
}
