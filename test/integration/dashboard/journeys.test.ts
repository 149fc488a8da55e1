import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, createVisitor, formTokenIn, KEYS, textOf, type Visitor } from './visitor.ts'

const thanks = {
  id: 'thanks',
  when: { outcome: ['qualified'] },
  sms: { text: 'Hi {{ lead.firstName }}, thanks.', window: '00:00-24:00' },
}
const neverEnds = { scripts: { '*': [{ neverEnds: true }] } }
const qualified = { scripts: { '*': [{ status: 'qualified', lengthMs: 90_000, summary: 'Ann wants a quote.' }] } }

/** Whoever signs in, on a stage with keys. */
async function visitorWith(stage: Stage, key: string): Promise<Visitor> {
  const visitor = createVisitor(stage.url)
  await visitor.signIn(key)
  return visitor
}

/** The address of the only journey in the list, as soon as its page says what is expected. */
async function journeyPage(visitor: Visitor, says: string): Promise<string> {
  return eventually(async () => {
    const { html } = await visitor.get('/dashboard/journeys')
    const path = /href="(\/dashboard\/journeys\/jrn_[^"/]+)"/.exec(html)?.[1] ?? ''
    expect((await visitor.get(path)).html).toContain(says)
    return path
  })
}

test('the timeline tells in sentences what happened', async () => {
  const stage = await startStage({ campaigns: [{ ...plainCampaign, followUps: [thanks] }], control: qualified })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  const { status, html } = await createVisitor(stage.url).get(`/dashboard/journeys/${journey.id}`)
  expect(status).toBe(200)
  const text = textOf(html)
  for (const sentence of [
    'The journey began, in the time zone America/New_York.',
    'Call 1 was written down and then requested.',
    'Call 1 was placed: the vendor took it.',
    'Call 1 ended: qualified, after 1 min 30 s of talk.',
    'Text “thanks” was sent.',
    'Everything was done. The last outcome is “qualified”.',
    'Hi Ann, thanks.',
    'Ann wants a quote.',
    '+12025550123',
  ]) {
    expect(text).toContain(sentence)
  }
  expect(html).toContain(`<time datetime="${journey.createdAt}"`)
  expect(html).not.toContain('Cancel journey')
})

test('operators see who a lead is; viewers see a mask, on every page and in the live stream', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [thanks] }],
    control: qualified,
    env: { ADMIN_API_KEYS },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const operator = await visitorWith(stage, KEYS.operator)
  const path = await journeyPage(operator, 'Everything was done.')
  const viewer = await visitorWith(stage, KEYS.viewer)
  for (const page of ['/dashboard', '/dashboard/journeys', path]) {
    const full = (await operator.get(page)).html
    expect(full).toContain('Ann Lee')
    expect(full).toContain('+12025550123')
    const masked = (await viewer.get(page)).html
    expect(masked).toContain('A•• L••')
    expect(masked).toContain('+1•••••0123')
    for (const secret of ['Ann', 'Lee', '2025550123', 'ann.lee', 'thanks.']) expect(masked).not.toContain(secret)
  }
})

test('whatever a lead calls itself stays text', async () => {
  const stage = await startStage()
  const hostile = `<script>alert('1')</script>`
  await stage.lead('<img src=x onerror=alert(2)>', {
    firstName: hostile,
    lastName: '"><svg/onload=alert(3)>',
    phone: '+12025550123',
  })
  const visitor = createVisitor(stage.url)
  const path = await journeyPage(visitor, 'Call 1 was placed')
  for (const page of [
    '/dashboard',
    '/dashboard/journeys',
    path,
    `/dashboard/journeys?q=${encodeURIComponent(hostile)}`,
  ]) {
    const { html } = await visitor.get(page)
    expect(html).not.toMatch(/<script>|<img|<svg\/onload/)
    expect(html).toContain('&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;')
  }
})

test('a journey is found by lead id, number, interaction, event and its own id', async () => {
  const stage = await startStage({ control: qualified })
  const { body } = await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.lead('lead_2', { phone: '+12025550124' })
  const journey = await stage.journey('lead_1', isOver)
  await stage.journey('lead_2', isOver)
  const visitor = createVisitor(stage.url)
  const words = ['lead_1', ' +1 (202) 555-0123 ', '202-555-0123', journey.attempts[0]?.interactionId, body['eventId']]
  for (const word of words) {
    const { html } = await visitor.get(`/dashboard/journeys?q=${encodeURIComponent(String(word))}`)
    expect(html).toContain(`/dashboard/journeys/${journey.id}`)
    expect(html).not.toContain('lead_2')
  }
  const direct = await visitor.get(`/dashboard/journeys?q=${journey.id}`)
  expect(direct.headers.get('location')).toBe(`/dashboard/journeys/${journey.id}`)
  const nothing = await visitor.get('/dashboard/journeys?q=lead_3')
  expect(textOf(nothing.html)).toContain('Nothing was found for “lead_3”.')
  expect(textOf((await visitor.get('/dashboard/journeys?q=lead_1&outcome=busy')).html)).toContain('Nothing was found')
})

test('lists are filtered and paged, newest first, each journey once', async () => {
  const stage = await startStage({
    campaigns: [
      { ...plainCampaign, dial: { ...plainCampaign.dial, pace: { callsPerSecond: 100, maxLive: 100 } } },
      { ...plainCampaign, id: 'other', name: 'Other', account: { campaignId: 'OTH' } },
    ],
    control: neverEnds,
  })
  const leads = Array.from({ length: 30 }, (_, index) => `lead_${String(index).padStart(2, '0')}`)
  await Promise.all(leads.map((id, index) => stage.lead(id, { phone: `+120255501${String(index).padStart(2, '0')}` })))
  await eventually(async () => (await stage.campaign()).progress['in_call'] === 30)

  const visitor = createVisitor(stage.url)
  const leadsOn = (html: string) => new Set(html.match(/lead_\d\d/g))
  const first = (await visitor.get('/dashboard/journeys?campaign=roof&state=in_call')).html
  const next = /href="([^"]+)" rel="next"/.exec(first)?.[1]?.replaceAll('&amp;', '&')
  expect(next).toContain('campaign=roof&state=in_call&cursor=')
  const second = (await visitor.get(`/dashboard/journeys${next}`)).html
  expect(leadsOn(first).size).toBe(25)
  expect(new Set([...leadsOn(first), ...leadsOn(second)])).toEqual(new Set(leads))
  expect(leadsOn(second).size).toBe(5)
  expect(second).not.toContain('rel="next"')

  expect(textOf((await visitor.get('/dashboard/journeys?campaign=other')).html)).toContain('No journey fits.')
  expect(leadsOn((await visitor.get('/dashboard/journeys?state=nonsense')).html).size).toBe(25)

  const overview = textOf((await visitor.get('/dashboard')).html)
  expect(overview).toMatch(/In call 30/)
  expect(overview).toMatch(/Live calls 30/)
})

test('an operator cancels after reading what it means; a viewer and a foreign form cannot', async () => {
  const stage = await startStage({ control: neverEnds, env: { ADMIN_API_KEYS } })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const operator = await visitorWith(stage, KEYS.operator)
  const path = await journeyPage(operator, 'In call')
  expect((await operator.get(path)).html).toContain(`href="${path}/cancel"`)

  const viewer = await visitorWith(stage, KEYS.viewer)
  expect((await viewer.get(path)).html).not.toContain(`${path}/cancel`)
  expect((await viewer.get(`${path}/cancel`)).status).toBe(403)
  const formToken = formTokenIn((await viewer.get('/dashboard')).html)
  const refused = await viewer.send(`${path}/cancel`, { formToken })
  expect(refused.status).toBe(403)
  expect(refused.html).toContain('vera is a viewer and may only read')

  expect((await operator.send(`${path}/cancel`)).status).toBe(403)
  expect((await operator.send(`${path}/cancel`, { formToken })).status).toBe(403)
  expect((await createVisitor(stage.url).send(`${path}/cancel`)).status).toBe(401)
  expect((await operator.get(path)).html).not.toContain('Cancelled by')

  const question = textOf((await operator.get(`${path}/cancel`)).html)
  expect(question).toContain('The call that is under way is not cut off.')
  const done = await operator.send(`${path}/cancel`, {}, { from: `${path}/cancel` })
  expect(done.status).toBe(303)
  expect(done.headers.get('location')).toBe(path)
  expect((await operator.get(path)).html).toContain('Cancelled by otto.')
  expect(stage.lines).toContainEqual(expect.objectContaining({ msg: 'journey.cancelled', by: 'otto' }))
})

test('without keys a form needs its token all the same', async () => {
  const stage = await startStage({ control: neverEnds })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const visitor = createVisitor(stage.url)
  const path = await journeyPage(visitor, 'In call')
  expect((await visitor.send(`${path}/cancel`)).status).toBe(403)
  expect((await visitor.send(`${path}/cancel`, {}, { from: `${path}/cancel` })).status).toBe(303)
})

test('what is not there is a page that says so', async () => {
  const stage = await startStage()
  const visitor = createVisitor(stage.url)
  for (const path of [
    '/dashboard/journeys/jrn_00_0123456789abcdef0123',
    '/dashboard/journeys/x',
    '/dashboard/journeys/%E0%A4%A',
    '/dashboard/nothing',
  ]) {
    const { status, html } = await visitor.get(path)
    expect(status).toBe(404)
    expect(html).toContain('<nav class="nav"')
  }
  expect((await visitor.get('/dashboard/journeys/jrn_00_0123456789abcdef0123/live')).status).toBe(404)
})

test('what waits for a person stands at the top', async () => {
  const stage = await startStage({ control: { scripts: { lead_1: [{ status: 'odd_status', lengthMs: 1000 }] } } })
  const visitor = createVisitor(stage.url)
  expect((await visitor.get('/dashboard')).html).toContain('npm run demo')
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  const { html } = await visitor.get('/dashboard')
  expect(textOf(html)).toContain('1 decision is waiting for a person')
  expect(textOf(html)).toContain('Call 1 to lead_1')
  expect(html).toContain(`/dashboard/journeys/${journey.id}`)
  expect(html).not.toContain('npm run demo')
})
