import type { CampaignBook } from '../campaigns/book.ts'
import type { IntakeParts } from '../intake/open-journey.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { type AuditDesk, createAuditDesk } from './audit.ts'
import { type CampaignDesk, createCampaignDesk } from './campaigns.ts'
import { createEventDesk, type EventDesk } from './events.ts'
import { createJourneyDesk, type JourneyDesk } from './journeys.ts'
import { createOverviewDesk, type OverviewDesk } from './overview.ts'
import { createParkedDesk, type ParkedDesk } from './parked.ts'
import { createPersonDesk, type PersonDesk } from './person-view.ts'

/** What an operator can ask and do. The API and the pages are two thin faces of it. */
export interface Desk {
  journeys: JourneyDesk
  events: EventDesk
  campaigns: CampaignDesk
  overview: OverviewDesk
  people: PersonDesk
  parked: ParkedDesk
  audit: AuditDesk
}

export function createDesk(
  parts: IntakeParts & { campaigns: CampaignBook; onReplay: () => void; client: RedisClient; keys: Keys },
): Desk {
  return {
    journeys: createJourneyDesk(parts),
    events: createEventDesk(parts),
    campaigns: createCampaignDesk(parts),
    overview: createOverviewDesk(parts),
    people: createPersonDesk(parts),
    parked: createParkedDesk(parts),
    audit: createAuditDesk(parts),
  }
}
