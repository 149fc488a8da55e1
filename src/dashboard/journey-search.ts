import type { Desk } from '../desk/index.ts'
import type { JourneySummary } from '../desk/journey-view.ts'
import type { JourneyFilter } from '../desk/journeys.ts'

/** Journeys of one lead or number are few; more than this many are cut. */
const MAX_FOUND = 100

/** What may be meant as a number: digits with the usual marks around them. */
const LIKE_PHONE = /^\+?[\d\s().-]{6,25}$/

/**
 * Journeys by whatever somebody typed: lead id, phone number, interaction id or event id, or none of them. Found by a
 * word they come all at once; else newest first, page by page.
 */
export async function findJourneys(
  desk: Pick<Desk, 'journeys'>,
  { q, ...filter }: JourneyFilter & { q?: string | undefined },
  page: { limit: number; cursor?: string | undefined },
): Promise<{ journeys: JourneySummary[]; nextCursor?: string }> {
  if (q === undefined) return desk.journeys.find(filter, page)
  const readings: JourneyFilter[] = [
    { leadId: q },
    { interactionId: q },
    { eventId: q },
    ...(LIKE_PHONE.test(q) ? [{ phone: q }] : []),
  ]
  const found = await Promise.all(
    readings.map(reading => desk.journeys.find({ ...filter, ...reading }, { limit: MAX_FOUND })),
  )
  const byId = new Map(found.flatMap(({ journeys }) => journeys).map(journey => [journey.id, journey]))
  return { journeys: [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)) }
}
