import type { CampaignBook } from '../campaigns/book.ts'
import type { IntakeParts } from '../intake/open-journey.ts'
import { type CampaignDesk, createCampaignDesk } from './campaigns.ts'
import { createEventDesk, type EventDesk } from './events.ts'
import { createJourneyDesk, type JourneyDesk } from './journeys.ts'

/** What an operator can ask and do. The API and the pages are two thin faces of it. */
export interface Desk {
  journeys: JourneyDesk
  events: EventDesk
  campaigns: CampaignDesk
}

export function createDesk(parts: IntakeParts & { campaigns: CampaignBook; onReplay: () => void }): Desk {
  return {
    journeys: createJourneyDesk(parts),
    events: createEventDesk(parts),
    campaigns: createCampaignDesk(parts),
  }
}
