import type { Page } from 'playwright-core'

/** One thing that a person can do on the pages: what leads to it, what is asked before, and what is seen of it then. */
export interface Act {
  /** The shape of the address that its form is sent to. */
  sends: string
  /** Where it begins. */
  at: string
  /** A link that leads on from there to the page that offers it. */
  via?: string | RegExp
  /** What is pressed first, where a question comes before the deed. */
  offer?: string
  /** The question. */
  asks?: string | RegExp
  fill?: (page: Page) => Promise<unknown>
  press: string
  /** What the page says of it. */
  sees: string | RegExp
  /** What the audit says. */
  audit: string
}

const file = (name: string, ...lines: string[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(`${lines.join('\n')}\n`),
})
const choose = (given: ReturnType<typeof file>) => (page: Page) =>
  page.locator('input[type="file"]').setInputFiles(given)

const campaigns = '/dashboard/campaigns'
const failures = '/dashboard/failures'
const parked = '/dashboard/parked'
const suppressions = '/dashboard/suppressions'

/** In an order in which each finds what it needs on a full desk. */
export const acts: readonly Act[] = [
  {
    ...{ sends: '/campaigns/:campaign/start', at: `${campaigns}/draft`, offer: 'Start…', asks: 'Start Drafted?' },
    ...{ press: 'Start campaign', sees: 'Leads are called as its rules allow.', audit: 'campaign.started' },
  },
  {
    ...{ sends: '/campaigns/:campaign/pause', at: `${campaigns}/draft`, offer: 'Pause…', asks: 'Pause Drafted?' },
    ...{ press: 'Pause campaign', sees: 'No new call begins, since', audit: 'campaign.paused' },
  },
  {
    ...{ sends: '/campaigns/:campaign/resume', at: `${campaigns}/held`, offer: 'Resume…', asks: 'Resume Held up?' },
    ...{ press: 'Resume campaign', sees: 'Leads are called as its rules allow.', audit: 'campaign.resumed' },
  },
  {
    ...{ sends: '/campaigns/:campaign/cancel', at: `${campaigns}/held`, offer: 'Cancel…', asks: 'Cancel Held up?' },
    ...{ press: 'Cancel campaign', sees: 'It was ended for good', audit: 'campaign.cancelled' },
  },
  {
    ...{ sends: '/campaigns/:campaign/import', at: `${campaigns}/draft/import`, offer: 'Check the file' },
    fill: choose(file('leads.csv', 'leadId,phone', 'new_1,+12025550181', 'new_2,+12025550182')),
    ...{ asks: 'Nothing has been imported yet.', press: 'Import these 2 leads', sees: '2 leads were imported' },
    audit: 'campaign.imported',
  },
  {
    ...{ sends: '/journeys/:journey/cancel', at: '/dashboard/journeys?q=live_1', via: 'Ann Lee' },
    ...{ offer: 'Cancel journey…', asks: 'Cancel the journey of Ann Lee?', press: 'Cancel journey' },
    ...{ sees: /Cancelled by (?:otto|ada)\./, audit: 'journey.cancelled' },
  },
  {
    ...{ sends: '/parked/decide', at: parked, offer: 'It happened…', asks: 'When you say that it happened:' },
    fill: page => page.getByLabel('What did this call mean?').selectOption('Answered'),
    ...{ press: 'It happened', sees: /decided that call 1 to odd_\d happened/, audit: 'parked.happened' },
  },
  {
    ...{ sends: '/parked/decide', at: parked, offer: 'It did not…', asks: 'When you say that it did not:' },
    ...{ press: 'It did not happen', sees: /decided that call 1 to odd_\d did not/, audit: 'parked.did_not_happen' },
  },
  {
    ...{ sends: '/replays/:replay/cancel', at: failures, via: /^2 pixels/, offer: 'Cancel replay…' },
    ...{ asks: 'Cancel this replay?', press: 'Cancel replay', sees: 'Cancelled', audit: 'replay.cancelled' },
  },
  {
    ...{ sends: '/failures/replay', at: failures, offer: 'Replay these…', asks: 'Replay 2 pixels?' },
    ...{ press: 'Replay 2 pixels', sees: /^0?[12] of 2$/, audit: 'replay.started' },
  },
  {
    ...{ sends: '/events/:event/replay', at: '/dashboard/events', via: 'lead.processed', offer: 'Replay…' },
    ...{ asks: 'Replay this event?', press: 'Replay event', sees: /Replays/, audit: 'event.replayed' },
  },
  {
    ...{ sends: '/suppressions/:number/keep', at: suppressions, press: 'It is an opt-out' },
    ...{ sees: 'It stays an opt-out', audit: 'opt_out.confirmed' },
  },
  {
    ...{ sends: '/suppressions/:number/dismiss', at: suppressions, offer: 'It is no opt-out…' },
    ...{ asks: 'Was this no opt-out?', press: 'It was no opt-out', sees: 'It was no opt-out: the number may' },
    audit: 'opt_out.dismissed',
  },
  {
    ...{ sends: '/suppressions/:number/remove', at: suppressions, offer: 'Remove +12025550173…' },
    ...{ asks: 'Reach +12025550173 again?', press: 'Remove the suppression', sees: 'The number may be reached again.' },
    audit: 'number.released',
  },
  {
    ...{ sends: '/suppressions', at: suppressions, press: 'Suppress' },
    fill: page => page.getByPlaceholder('+12125550123').fill('+12025550191'),
    ...{ sees: '+12025550191', audit: 'number.suppressed' },
  },
  {
    ...{ sends: '/suppressions/import', at: suppressions, offer: 'Check the file' },
    fill: choose(file('numbers.csv', 'phone', '+12025550192', '+12025550193')),
    ...{ asks: 'Nothing has been imported yet.', press: 'Suppress these 2 numbers', sees: '2 numbers are suppressed' },
    audit: 'numbers.imported',
  },
  {
    ...{ sends: '/pause-all', at: campaigns, offer: 'Pause everything…', asks: 'Pause everything?' },
    ...{ press: 'Pause everything', sees: 'No call, text or pixel begins in any campaign.', audit: 'all.paused' },
  },
  {
    ...{ sends: '/resume-all', at: campaigns, offer: 'Let everything go on…', asks: 'Let everything go on?' },
    ...{ press: 'Resume everything', sees: 'Everything goes on.', audit: 'all.resumed' },
  },
]
