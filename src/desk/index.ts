import type { IntakeParts } from '../intake/open-journey.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { type AuditDesk, createAuditDesk } from './audit.ts'
import { type CampaignDesk, createCampaignDesk } from './campaigns.ts'
import { createEventDesk, type EventDesk } from './events.ts'
import { createExportDesk, type ExportDesk } from './exports.ts'
import { createImportDesk, type ImportDesk } from './imports.ts'
import { createJourneyDesk, type JourneyDesk } from './journeys.ts'
import { createOverviewDesk, type OverviewDesk } from './overview.ts'
import { createParkedDesk, type ParkedDesk } from './parked.ts'
import { createPersonDesk, type PersonDesk } from './person-view.ts'
import { createPreflightDesk, type PreflightDesk } from './preflight.ts'

/** What an operator can ask and do. The API and the pages are two thin faces of it. */
export interface Desk {
  journeys: JourneyDesk
  events: EventDesk
  campaigns: CampaignDesk
  overview: OverviewDesk
  people: PersonDesk
  parked: ParkedDesk
  audit: AuditDesk
  imports: ImportDesk
  exports: ExportDesk
  preflight: PreflightDesk
}

export function createDesk(
  parts: IntakeParts &
    Parameters<typeof createCampaignDesk>[0] & {
      onReplay: () => void
      client: RedisClient
      keys: Keys
      /** Dials per second that each vendor account allows. */
      dialsPerSecond: (provider: string) => number
    },
): Desk {
  return {
    journeys: createJourneyDesk(parts),
    events: createEventDesk(parts),
    campaigns: createCampaignDesk(parts),
    overview: createOverviewDesk(parts),
    people: createPersonDesk(parts),
    parked: createParkedDesk(parts),
    audit: createAuditDesk(parts),
    imports: createImportDesk(parts),
    exports: createExportDesk(parts),
    preflight: createPreflightDesk(parts),
  }
}
