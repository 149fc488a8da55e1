import { expect, test } from 'vitest'
import { operations } from '../../../src/api/openapi/operations.ts'
import type { AuditView } from '../../../src/desk/audit.ts'
import { type Stage, startStage } from '../../support/stage.ts'
import { parking, withLostCall } from '../dashboard/parked-call.ts'
import { ADMIN_API_KEYS, KEYS } from '../dashboard/visitor.ts'
import { withFailures } from '../journeys/replaying.ts'

const env = { ADMIN_API_KEYS }
const otto = { authorization: `Bearer ${KEYS.operator}` }
const ada = { authorization: `Bearer ${KEYS.admin}` }
const draft = { ...parking, id: 'list', name: 'A list', account: { campaignId: 'LST' }, trigger: {} }

interface Change {
  call: string
  /** Ids in place of the names in the call's path. */
  at?: Record<string, string>
  json?: unknown
  csv?: string
  by?: typeof otto
  /** What the audit says, and of what. */
  what: string
  subject: string | RegExp
}

const covered = new Set<string>()

/** Makes a change and looks at what the audit says of it. */
async function make(stage: Stage, { call, at = {}, json, csv, by = otto, what, subject }: Change) {
  covered.add(call)
  const [method = '', template = ''] = call.split(' ')
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(at[name] ?? ''))
  const headers = csv === undefined ? by : { ...by, 'content-type': 'text/csv' }
  const body = csv ?? (json === undefined ? undefined : JSON.stringify(json))
  const answer = await stage.api<{ id?: string }>(path.replace('/api/v1', ''), {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  })
  expect(answer.status, call).toBeLessThan(300)
  const { body: audit } = await stage.api<{ audit: AuditView[] }>('/audit', { headers: otto })
  const [newest] = audit.audit.filter(entry => entry.by !== 'import')
  expect(newest, call).toMatchObject({ by: by === ada ? 'ada' : 'otto', what, subject: expect.stringMatching(subject) })
  return answer.body
}

test('every change stands in the audit with the name of the key that made it', async () => {
  const { stage, key } = await withLostCall('reset_before', { campaigns: [parking, draft], env })
  const decided = { happened: false, note: 'asked the vendor' }
  const decide = { call: 'POST /api/v1/parked/{effectKey}', at: { effectKey: key }, json: decided }
  await make(stage, { ...decide, what: 'parked.did_not_happen', subject: key })

  const asked = { campaign: 'roof', leadId: 'lead_2', phone: '+12025550124' }
  const journeys = { call: 'POST /api/v1/journeys', json: asked }
  const { id = '' } = await make(stage, { ...journeys, what: 'journey.requested', subject: /^jrn_/ })
  const cancel = { call: 'POST /api/v1/journeys/{id}/cancel', at: { id } }
  await make(stage, { ...cancel, what: 'journey.cancelled', subject: id })

  const list = { at: { id: 'list' }, subject: 'list' }
  const leads = { call: 'POST /api/v1/campaigns/{id}/leads', csv: 'leadId,phone\nlead_3,+12025550125\n' }
  await make(stage, { ...list, ...leads, what: 'campaign.imported' })
  await make(stage, { ...list, call: 'POST /api/v1/campaigns/{id}/start', what: 'campaign.started' })
  await make(stage, { ...list, call: 'POST /api/v1/campaigns/{id}/pause', what: 'campaign.paused' })
  await make(stage, { ...list, call: 'POST /api/v1/campaigns/{id}/resume', what: 'campaign.resumed' })
  await make(stage, { ...list, call: 'POST /api/v1/campaigns/{id}/cancel', what: 'campaign.cancelled' })
  await make(stage, { call: 'POST /api/v1/pause', what: 'all.paused', subject: 'everything' })
  await make(stage, { call: 'POST /api/v1/resume', what: 'all.resumed', subject: 'everything' })

  const { eventId } = (await stage.lead('lead_4', { phone: '+12025550126' })).body
  await make(stage, {
    ...{ call: 'POST /api/v1/events/{id}/replay', at: { id: String(eventId) } },
    ...{ what: 'event.replayed', subject: String(eventId) },
  })

  const suppressed = { phone: '+12025550127', reason: 'asked' }
  const suppress = { call: 'POST /api/v1/suppressions' }
  await make(stage, { ...suppress, json: suppressed, what: 'number.suppressed', subject: /^sup_/ })
  const numbers = { csv: 'phone\n+12025550128\n', what: 'numbers.imported', subject: 'suppressions' }
  await make(stage, { ...suppress, ...numbers })
  const release = { call: 'DELETE /api/v1/suppressions/{phone}', at: { phone: suppressed.phone } }
  await make(stage, { ...release, what: 'number.released', subject: /^sup_/ })
  const erase = { call: 'DELETE /api/v1/leads/{leadId}', at: { leadId: 'lead_2' }, by: ada }
  await make(stage, { ...erase, what: 'lead.erased', subject: /./ })
})

test('replays too', async () => {
  const { stage } = await withFailures(3, { env })
  const started = { call: 'POST /api/v1/replays', json: { filter: {}, perSecond: 0.01 } }
  const { id = '' } = await make(stage, { ...started, what: 'replay.started', subject: /^rpl_/ })
  const cancel = { call: 'POST /api/v1/replays/{id}/cancel', at: { id } }
  await make(stage, { ...cancel, what: 'replay.cancelled', subject: id })
})

test('what changes nothing leaves nothing behind', async () => {
  const stage = await startStage({ env, campaigns: [draft] })
  const dryRuns: [string, RequestInit & { json?: unknown }][] = [
    ['/campaigns/list/dryrun', { json: {} }],
    ['/replays', { json: { filter: {}, dryRun: true } }],
    [
      '/campaigns/list/leads?dryRun=true',
      { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'leadId\nlead_1\n' },
    ],
    [
      '/suppressions?dryRun=true',
      { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'phone\n+12025550128\n' },
    ],
  ]
  covered.add('POST /api/v1/campaigns/{id}/dryrun')
  for (const [path, init] of dryRuns) {
    const { status } = await stage.api(path, { ...init, headers: { ...otto, ...(init.headers as object) } })
    expect(status, path).toBe(200)
  }
  expect((await stage.api('/audit', { headers: otto })).body).toEqual({ audit: [] })
})

test('no change was forgotten here', () => {
  const changes = operations.filter(({ method, path }) => method !== 'get' && path.startsWith('/api/v1/'))
  expect([...covered].toSorted()).toEqual(
    changes.map(({ method, path }) => `${method.toUpperCase()} ${path}`).toSorted(),
  )
})
