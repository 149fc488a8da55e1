import type { IntakeParts } from '../intake/open-journey.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { type AlertDesk, createAlertDesk } from './alerts.ts'
import { type AuditDesk, createAuditDesk } from './audit.ts'
import { type CampaignBoard, createCampaignBoard } from './campaign-board.ts'
import { type CampaignDesk, createCampaignDesk } from './campaigns.ts'
import { createDestinationDesk, type DestinationDesk } from './destinations.ts'
import { createDialRateDesk, type DialRateDesk } from './dial-rate.ts'
import { createDryRunDesk, type DryRunDesk } from './dry-run.ts'
import { createErasureDesk, type ErasureDesk } from './erasures.ts'
import { createEventBoard, type EventBoard } from './event-board.ts'
import { createEventDesk, type EventDesk } from './events.ts'
import { createExportDesk, type ExportDesk } from './exports.ts'
import { createFailureDesk, type FailureDesk } from './failures.ts'
import { createGaugeDesk, type GaugeDesk } from './gauges.ts'
import { createHoursAheadDesk, type HoursAheadDesk } from './hours-ahead.ts'
import { createImportDesk, type ImportDesk } from './imports.ts'
import { createJourneyDesk, type JourneyDesk } from './journeys.ts'
import { createOverviewDesk, type OverviewDesk } from './overview.ts'
import { createParkedDesk, type ParkedDesk } from './parked.ts'
import { createPersonDesk, type PersonDesk } from './person-view.ts'
import { createPreflightDesk, type PreflightDesk } from './preflight.ts'
import { createReplayDesk, type ReplayDesk } from './replays.ts'
import { createSettingsDesk, type SettingsDesk } from './settings.ts'
import { createSuppressionDesk, type SuppressionDesk } from './suppressions.ts'

/** What an operator can ask and do. The API and the pages are two thin faces of it. */
export interface Desk {
  journeys: JourneyDesk
  events: EventDesk
  eventBoard: EventBoard
  campaigns: CampaignDesk
  board: CampaignBoard
  dialRate: DialRateDesk
  destinations: DestinationDesk
  overview: OverviewDesk
  people: PersonDesk
  parked: ParkedDesk
  suppressions: SuppressionDesk
  failures: FailureDesk
  replays: ReplayDesk
  audit: AuditDesk
  alerts: AlertDesk
  erasures: ErasureDesk
  imports: ImportDesk
  exports: ExportDesk
  preflight: PreflightDesk
  dryRuns: DryRunDesk
  hoursAhead: HoursAheadDesk
  gauges: GaugeDesk
  settings: SettingsDesk
}

export function createDesk(
  parts: IntakeParts &
    Parameters<typeof createCampaignDesk>[0] &
    Parameters<typeof createSettingsDesk>[0] & {
      onReplay: () => void
      onReplayAsked: () => void
      onErasure: () => void
      client: RedisClient
      keys: Keys
      /** Dials per second that each vendor account allows. */
      dialsPerSecond: (provider: string) => number
      queues: Parameters<typeof createGaugeDesk>[0]['queues']
      accounts: Parameters<typeof createGaugeDesk>[0]['accounts']
    },
): Desk {
  const campaigns = createCampaignDesk(parts)
  const preflight = createPreflightDesk(parts)
  return {
    journeys: createJourneyDesk(parts),
    events: createEventDesk(parts),
    eventBoard: createEventBoard(parts),
    campaigns,
    board: createCampaignBoard({ ...parts, views: campaigns }),
    dialRate: createDialRateDesk(parts),
    destinations: createDestinationDesk(parts),
    overview: createOverviewDesk(parts),
    people: createPersonDesk(parts),
    parked: createParkedDesk(parts),
    suppressions: createSuppressionDesk(parts),
    failures: createFailureDesk(parts),
    replays: createReplayDesk(parts),
    audit: createAuditDesk(parts),
    alerts: createAlertDesk(parts),
    erasures: createErasureDesk(parts),
    imports: createImportDesk(parts),
    exports: createExportDesk(parts),
    preflight,
    dryRuns: createDryRunDesk(parts),
    hoursAhead: createHoursAheadDesk({ ...parts, preflight }),
    gauges: createGaugeDesk(parts),
    settings: createSettingsDesk(parts),
  }
}
