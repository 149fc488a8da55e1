import { expect, test } from 'vitest'
import type { EventView } from '../../../src/desk/events.ts'
import { eventually } from '../../support/eventually.ts'
import { isOver, LEADSAIL_SECRET, plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, createVisitor, eventsOf, formTokenIn, KEYS, textOf, type Visitor } from './visitor.ts'

const LIST = '/dashboard/events'
const ann = { phone: '+12025550123' }
const qualified = { scripts: { '*': [{ status: 'qualified', lengthMs: 60_000 }] } }

async function visitorWith(stage: Stage, key: string): Promise<Visitor> {
  const visitor = createVisitor(stage.url)
  await visitor.signIn(key)
  return visitor
}

const idOf = (answer: { body: Record<string, unknown> }) => String(answer.body['eventId'])

const post = (stage: Stage, body: string) =>
  fetch(`${stage.url}/webhooks/leadsail`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-webhook-secret': LEADSAIL_SECRET },
    body,
  }).then(async response => ({ body: (await response.json()) as Record<string, unknown> }))

/** Rows of the list: what stands in each, and where its link leads. */
const rowsOf = (html: string) =>
  [...html.matchAll(/<tr role="row" data-key="([^"]+)">(.*?)<\/tr>/gs)].map(([, id = '', row = '']) => ({
    id,
    text: textOf(row).trim(),
  }))

test('before the first event the page says how to send one, with the address of this service', async () => {
  const stage = await startStage()
  const { status, html } = await createVisitor(stage.url).get(LIST)
  expect(status).toBe(200)
  const text = textOf(html).replaceAll('&#39;', "'")
  expect(text).toContain(`curl -i '${stage.url}/webhooks/leadsail'`)
  expect(text).toContain('X-Webhook-Secret: LEADSAIL_WEBHOOK_SECRET')
  expect(text).toContain('No event has come in yet.')
  await stage.lead('lead_1', ann)
  expect((await createVisitor(stage.url).get(LIST)).html).not.toContain('Send the first event')
})

test('each row tells source, type, status, duplicates, reason and journeys; the newest comes first', async () => {
  const stage = await startStage({ control: qualified })
  const timestamp = '2026-11-20T10:00:00Z'
  const first = await stage.lead('lead_1', ann, { submissionId: 'sub_1', timestamp })
  const journey = await stage.journey('lead_1', isOver)
  await stage.lead('lead_1', ann, { submissionId: 'sub_1', timestamp })
  await stage.lead('lead_1', ann, { submissionId: 'sub_1', timestamp })
  const strange = await post(stage, '{"event": "lead.processed", "leadId": 12}')
  const again = await stage.lead('lead_1', ann)
  const text = await stage.send('text.received', { phone: '+12025550150', text: 'STOP' })
  for (const answer of [strange, again, text]) await stage.event(idOf(answer))

  const rows = rowsOf((await createVisitor(stage.url).get(LIST)).html)
  expect(rows.map(({ id }) => id)).toEqual([text, again, strange, first].map(idOf))
  expect(rows[0]?.text).toMatch(/^text\.received Standard Webhooks Processed .*opt-out Duplicates 0/)
  expect(rows[1]?.text).toMatch(/^lead\.processed LeadSail Ignored Ann Lee reentry: .* Duplicates 0/)
  expect(rows[2]?.text).toMatch(/^Not understood LeadSail Rejected .*leadId/)
  expect(rows[3]?.text).toMatch(/^lead\.processed LeadSail Processed Ann Lee Duplicates 2/)
  expect((await createVisitor(stage.url).get(LIST)).html).toContain(`/dashboard/journeys/${journey.id}`)
})

test('filters and the cursor go together, and every event is on one page exactly', async () => {
  const stage = await startStage({ campaigns: [] })
  const sent: string[] = []
  for (let number = 0; number < 30; number += 1) sent.push(idOf(await stage.lead(`lead_${number}`, ann)))
  const other = idOf(await stage.send('call.ended', { provider: 'leadsail', interactionId: 'int_1' }))
  await Promise.all([...sent, other].map(id => stage.event(id)))
  const visitor = createVisitor(stage.url)
  const first = (await visitor.get(`${LIST}?source=leadsail&status=ignored`)).html
  const next = /href="([^"]+)" rel="next"/.exec(first)?.[1]?.replaceAll('&amp;', '&')
  expect(next).toContain('source=leadsail&status=ignored&cursor=')
  const second = (await visitor.get(`${LIST}${next}`)).html
  expect(second).not.toContain('rel="next"')
  expect([...rowsOf(first), ...rowsOf(second)].map(({ id }) => id)).toEqual(sent.toReversed())

  expect(rowsOf((await visitor.get(`${LIST}?source=standard`)).html).map(({ id }) => id)).toEqual([other])
  expect(textOf((await visitor.get(`${LIST}?status=rejected`)).html)).toContain('No event fits.')
  for (const nonsense of ['source=valueOf', 'status=nonsense', 'cursor=nonsense']) {
    const { status, html } = await visitor.get(`${LIST}?${nonsense}`)
    expect([nonsense, status, rowsOf(html).length]).toEqual([nonsense, 200, 25])
  }
})

test('an operator sees the body whole and may take it along; a viewer sees it masked, and takes nothing', async () => {
  const stage = await startStage({ control: qualified, env: { ADMIN_API_KEYS } })
  const id = idOf(await stage.lead('lead_1', { ...ann, answers: [{ question: 'Roof?', answer: 'Old and leaking' }] }))
  const operator = await visitorWith(stage, KEYS.operator)
  await eventually(async () => expect((await operator.get(`${LIST}/${id}`)).html).toContain('Processed'))

  const seen = (await operator.get(`${LIST}/${id}`)).html.replaceAll('&#34;', '"')
  for (const part of ['"firstName": "Ann"', '+12025550123', 'ann.lee@example.com', 'Old and leaking', 'Download raw']) {
    expect(seen).toContain(part)
  }
  const raw = await operator.get(`${LIST}/${id}/raw`)
  expect(raw.status).toBe(200)
  expect(raw.headers.get('content-disposition')).toBe(`attachment; filename=${id}.json`)
  expect(raw.headers.get('content-type')).toBe('application/octet-stream')
  const viaApi = await fetch(`${stage.url}/api/v1/events/${id}/raw`, {
    headers: { authorization: `Bearer ${KEYS.operator}` },
  })
  expect(raw.html).toBe(await viaApi.text())

  const viewer = await visitorWith(stage, KEYS.viewer)
  const masked = (await viewer.get(`${LIST}/${id}`)).html.replaceAll('&#34;', '"')
  for (const part of ['"firstName": "A••"', '+1•••••0123', 'a••@example.com', '"leadId": "lead_1"']) {
    expect(masked).toContain(part)
  }
  for (const part of ['Ann', '2025550123', 'ann.lee', 'Old and leaking', 'Download raw', 'Replay…']) {
    expect(masked).not.toContain(part)
  }
  const refused = await viewer.get(`${LIST}/${id}/raw`)
  expect(refused.status).toBe(403)
  expect(refused.html).not.toContain('Old and leaking')
  const live = await fetch(`${stage.url}${LIST}/${id}/live`, {
    headers: { cookie: [...viewer.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
  })
  for await (const { data } of eventsOf(live)) {
    expect(data).toContain('A••')
    expect(data).not.toContain('2025550123')
    break
  }
})

test('a replay is asked for after a page that says what it will do, and it does just that', async () => {
  const reentry = { ...plainCampaign, trigger: { events: ['lead.processed'], reentry: 'P7D' } }
  const stage = await startStage({ campaigns: [reentry], control: qualified, env: { ADMIN_API_KEYS } })
  const api = (path: string) => stage.api<EventView>(path, { headers: { authorization: `Bearer ${KEYS.operator}` } })
  const id = idOf(await stage.lead('lead_1', ann))
  const operator = await visitorWith(stage, KEYS.operator)
  const page = `${LIST}/${id}`
  const calls = () => stage.simulator.truth().calls.length
  await eventually(async () => expect(textOf((await operator.get(page)).html)).toContain('Done'))

  const question = textOf((await operator.get(`${page}/replay`)).html)
  expect(question).toContain('Roof quotes: nothing begins. The lead has been through it')
  expect((await operator.send(`${page}/replay`)).status).toBe(403)
  const asked = await operator.send(`${page}/replay`, {}, { from: `${page}/replay` })
  expect(asked.headers.get('location')).toBe(`${page}?done=replayed`)
  await eventually(async () =>
    expect((await api(`/events/${id}`)).body).toMatchObject({ state: 'replayed', replays: 1 }),
  )
  expect(textOf((await operator.get(page)).html)).toContain('Replays 1')
  expect(calls()).toBe(1)
  expect(stage.lines).toContainEqual(expect.objectContaining({ msg: 'event.replayed', by: 'otto', eventId: id }))
  expect((await operator.get('/dashboard/audit')).html).toContain(`href="${page}"`)

  // A week later the same question has another answer, and the answer is true.
  stage.clock.advance(8 * 24 * 3_600_000)
  const later = await visitorWith(stage, KEYS.operator)
  expect(textOf((await later.get(`${page}/replay`)).html)).toContain('a new journey begins, and the lead is called')
  await later.send(`${page}/replay`, {}, { from: `${page}/replay` })
  await eventually(() => expect(calls()).toBe(2))
})

test('whoever may only read can neither ask for a replay nor send its form', async () => {
  const stage = await startStage({ control: qualified, env: { ADMIN_API_KEYS } })
  const id = idOf(await stage.lead('lead_1', ann))
  const viewer = await visitorWith(stage, KEYS.viewer)
  expect((await viewer.get(`${LIST}/${id}/replay`)).status).toBe(403)
  const formToken = formTokenIn((await viewer.get('/dashboard')).html)
  expect((await viewer.send(`${LIST}/${id}/replay`, { formToken })).status).toBe(403)
  expect((await createVisitor(stage.url).get(`${LIST}/${id}`)).status).toBe(303)
  expect((await createVisitor(stage.url).send(`${LIST}/${id}/replay`)).status).toBe(401)
  const { body } = await stage.api<EventView>(`/events/${id}`, { headers: { authorization: `Bearer ${KEYS.viewer}` } })
  expect(body.replays).toBe(0)
})

test('what a sender wrote is text, and an event that is not there is a page that says so', async () => {
  const stage = await startStage()
  const hostile = '<script>alert(1)</script>'
  const id = idOf(await stage.lead('lead_1', { ...ann, firstName: hostile }, { status: hostile }))
  const visitor = createVisitor(stage.url)
  const { html } = await visitor.get(`${LIST}/${id}`)
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(html).not.toContain(hostile)
  for (const path of ['/none_1', '/none_1/live', '/none_1/raw', '/none_1/replay', '/a%2Fb', '/%3Cscript%3E']) {
    const found = await visitor.get(`${LIST}${path}`)
    expect([path, found.status]).toEqual([path, 404])
    expect(found.html).toContain('No such event')
  }
})
