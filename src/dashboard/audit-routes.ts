import { Router } from 'express'
import type { AuditView } from '../desk/audit.ts'
import { readEffectKey } from './effect-key.ts'
import type { PageParts } from './router.ts'
import { effectName, humanise, lookUp } from './words.ts'

const PER_PAGE = 50

/** `GET /dashboard/audit`: who did what, newest first. */
export function createAuditRoutes({ desk, sendPage }: PageParts): Router {
  const router = Router()
  router.get('/audit', async (request, response) => {
    const cursor = typeof request.query['cursor'] === 'string' ? request.query['cursor'] : undefined
    const { audit, nextCursor } = await desk.audit.list({ limit: PER_PAGE, cursor })
    const names = desk.overview.campaignNames()
    return sendPage(response, 'audit', {
      title: 'Audit',
      section: '/dashboard/audit',
      rows: audit.map(entry => auditRow(entry, names)),
      isFirst: cursor === undefined,
      nextUrl: nextCursor === undefined ? undefined : `?${new URLSearchParams({ cursor: nextCursor })}`,
    })
  })
  return router
}

function auditRow({ id, at, by, what, subject, detail }: AuditView, campaignNames: ReadonlyMap<string, string>) {
  const place = what.startsWith('campaign.')
    ? campaignPlace(subject, campaignNames)
    : what.startsWith('event.')
      ? { name: 'Event', url: `/dashboard/events/${encodeURIComponent(subject)}` }
      : placeOf(subject)
  return { id, at, by, what, did: lookUp(deeds, what) ?? humanise(what), subject, detail, ...place }
}

/** A campaign whose file is gone has no page any more. */
function campaignPlace(id: string, names: ReadonlyMap<string, string>): { name?: string; url?: string } {
  const name = names.get(id)
  return name === undefined ? {} : { name, url: `/dashboard/campaigns/${encodeURIComponent(id)}` }
}

/** What something was done to, in words, and the page that tells of it, where there is one. */
function placeOf(subject: string): { name?: string; url?: string } {
  if (subject.startsWith('sup_')) {
    return { name: 'Number', url: `/dashboard/suppressions?${new URLSearchParams({ q: subject })}` }
  }
  if (subject === 'suppressions') return { name: 'Suppressions', url: '/dashboard/suppressions' }
  if (subject.startsWith('rpl_')) return { name: 'Replay', url: `/dashboard/replays/${encodeURIComponent(subject)}` }
  if (subject.startsWith('erased_')) {
    return { name: 'Lead', url: `/dashboard/journeys?${new URLSearchParams({ q: subject })}` }
  }
  if (subject.startsWith('jrn_')) return { name: 'Journey', url: `/dashboard/journeys/${encodeURIComponent(subject)}` }
  const key = readEffectKey(subject)
  if (key === undefined) return {}
  const name = effectName(key.kind, key.rule)
  return 'journeyId' in key
    ? { name, url: `/dashboard/journeys/${encodeURIComponent(key.journeyId)}` }
    : { name, url: `/dashboard/journeys?${new URLSearchParams({ q: key.leadId })}` }
}

const deeds: Record<string, string> = {
  'journey.requested': 'Asked for a journey',
  'journey.cancelled': 'Cancelled a journey',
  'lead.erased': 'Erased a lead',
  'campaign.started': 'Started a campaign',
  'campaign.paused': 'Paused a campaign',
  'campaign.resumed': 'Let a campaign go on',
  'campaign.cancelled': 'Cancelled a campaign',
  'campaign.done': 'Saw a campaign through',
  'campaign.reopened': 'Opened a campaign again',
  'campaign.imported': 'Imported leads',
  'campaign.exported': 'Exported a campaign',
  'all.paused': 'Paused everything',
  'all.resumed': 'Let everything go on',
  'event.replayed': 'Replayed an event',
  'number.suppressed': 'Suppressed a number',
  'number.released': 'Let a number be reached again',
  'numbers.imported': 'Imported a list of numbers',
  'opt_out.confirmed': 'Confirmed an opt-out',
  'opt_out.dismissed': 'Decided that a text was no opt-out',
  'replay.started': 'Replayed failures',
  'replay.cancelled': 'Cancelled a replay',
  'parked.happened': 'Decided that it happened',
  'parked.did_not_happen': 'Decided that it did not happen',
}
