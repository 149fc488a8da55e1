import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { autoDialer, handedList, importRows, startHandOver, untilProgress } from '../../support/hand-over-stage.ts'
import { listLeads, openLedger, openListJourneys } from '../../support/list-journeys.ts'
import { plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, createVisitor, KEYS, textOf, type Visitor } from './visitor.ts'

const LIST = '/dashboard/campaigns'
const ROOF = `${LIST}/roof`
const neverEnds = { scripts: { '*': [{ neverEnds: true }] } }
const dial = { ...plainCampaign.dial, pace: { callsPerSecond: 1000, maxLive: 3 } }
const list = { ...plainCampaign, trigger: {}, dial }
/** One text that waits for days: what is followed up stays followed up. */
const lateText = [{ id: 'late', when: {}, sms: { text: 'Hi', delay: 'P2D', window: '00:00-24:00' } }]

async function fill(stage: Stage, count: number, campaign = 'roof', from = 0): Promise<void> {
  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, campaign, listLeads(count, from), stage.clock.now())
}

async function signedIn(stage: Stage): Promise<Visitor> {
  const visitor = createVisitor(stage.url)
  await visitor.signIn(KEYS.operator)
  return visitor
}

/** As somebody does who reads the question and says yes. */
async function act(visitor: Visitor, path: string): Promise<{ question: string; flash: string }> {
  const question = await visitor.get(path)
  expect(question.status, textOf(question.html)).toBe(200)
  const done = await visitor.send(path, {}, { from: path })
  expect(done.status).toBe(303)
  const page = await visitor.get(done.headers.get('location') ?? '')
  return { question: textOf(question.html), flash: /<p class="flash"[^>]*>([^<]*)</.exec(page.html)?.[1] ?? '' }
}

const auditOf = async (visitor: Visitor) => textOf((await visitor.get('/dashboard/audit')).html)
const states = async (stage: Stage, headers: Record<string, string> = {}) =>
  (await stage.api<{ status: string; progress: Record<string, number> }>('/campaigns/roof', { headers })).body
const asOtto = { authorization: `Bearer ${KEYS.operator}` }

test('start, pause, resume and cancel each say what they do to how many, do it, and stand in the audit', async () => {
  const stage = await startStage({
    campaigns: [{ ...list, followUps: lateText }],
    control: { scripts: { '*': [{ neverEnds: true }], early: [{ status: 'completed' }] } },
    env: { ADMIN_API_KEYS },
  })
  // A draft holds back its list, not somebody who is asked for by name.
  await stage.send('call.requested', { campaign: 'roof', leadId: 'early', phone: '+12025550123' })
  await eventually(async () => expect((await states(stage, asOtto)).progress).toMatchObject({ following_up: 1 }))
  await fill(stage, 11)
  const otto = await signedIn(stage)
  expect((await otto.get(ROOF)).html).toMatch(/href="\/dashboard\/campaigns\/roof\/start">Start…/)

  const start = await act(otto, `${ROOF}/start`)
  expect(start.question).toContain('Start Roof quotes?')
  expect(start.question).toContain(
    '11 leads wait. They are called as the calling hours allow: up to 1,000 new calls a second',
  )
  expect(start.question).toContain('Real people are called.')
  expect(start.flash).toBe('The campaign was started.')
  await eventually(async () =>
    expect((await states(stage, asOtto)).progress).toMatchObject({ in_call: 3, following_up: 1, scheduled: 8 }),
  )

  const pause = await act(otto, `${ROOF}/pause`)
  expect(pause.question).toContain('No new call begins: 8 leads wait until it goes on.')
  expect(pause.question).toContain('3 calls are going on. They are not cut off')
  expect(pause.question).toContain('Texts and pixels still go out: 1 lead is being followed up.')
  expect(pause.flash).toBe('The campaign was paused.')
  expect((await states(stage, asOtto)).status).toBe('paused')

  const resume = await act(otto, `${ROOF}/resume`)
  expect(resume.question).toContain('8 leads wait.')
  expect(resume.flash).toBe('The campaign goes on.')
  expect((await states(stage, asOtto)).status).toBe('running')

  const cancel = await act(otto, `${ROOF}/cancel`)
  expect(cancel.question).toContain('8 leads are not called any more')
  expect(cancel.question).toContain('Texts and pixels that are planned for 1 lead are not sent.')
  expect(cancel.question).toContain('This cannot be undone.')
  await eventually(async () =>
    expect(await states(stage, asOtto)).toMatchObject({ status: 'cancelled', progress: { stopped: 9, in_call: 3 } }),
  )
  expect(stage.simulator.truth().calls).toHaveLength(4)

  const audit = await auditOf(otto)
  for (const did of ['Started a campaign', 'Paused a campaign', 'Let a campaign go on', 'Cancelled a campaign']) {
    expect(audit).toContain(`otto ${did} Roof quotes roof`)
  }
})

test('what its status does not allow is neither asked nor done', async () => {
  const stage = await startStage({ campaigns: [list] })
  const visitor = createVisitor(stage.url)
  const page = await visitor.get(`${ROOF}/pause`)
  expect(page.status).toBe(409)
  expect(textOf(page.html)).toContain('Roof quotes is draft It cannot be paused from there.')
  // The page was made while it could still be done.
  const late = await visitor.send(`${ROOF}/resume`, {}, { from: `${ROOF}/start` })
  expect(late.status).toBe(409)
  await act(visitor, `${ROOF}/start`)
  await act(visitor, `${ROOF}/cancel`)
  const { html } = await visitor.get(ROOF)
  expect(html).not.toMatch(/roof\/(?:start|pause|resume|cancel)"/)
  expect(textOf((await visitor.get(`${ROOF}/import`)).html)).toContain('It takes no more leads.')
})

test('everything is paused and goes on, over all campaigns, and their own pauses stay', async () => {
  const other = { ...list, id: 'gutter', name: 'Gutters', account: { campaignId: 'GUT' } }
  const third = { ...list, id: 'attic', name: 'Attics', account: { campaignId: 'ATT' } }
  const stage = await startStage({ campaigns: [list, other, third], control: neverEnds, env: { ADMIN_API_KEYS } })
  await fill(stage, 5)
  await fill(stage, 7, 'gutter', 100)
  const otto = await signedIn(stage)
  for (const id of ['roof', 'gutter', 'attic']) await act(otto, `${LIST}/${id}/start`)
  await act(otto, `${LIST}/attic/pause`)
  await eventually(() => expect(stage.simulator.truth().calls).toHaveLength(6))

  const paused = await act(otto, '/dashboard/pause-all')
  expect(paused.question).toContain('No call begins anywhere: 6 leads wait in 2 running campaigns.')
  expect(paused.question).toContain('6 calls are going on.')
  expect(paused.flash).toBe('Everything is paused now.')
  const text = textOf((await otto.get(LIST)).html)
  expect(text).toContain('Everything is paused No call, text or pixel begins in any campaign.')
  expect(text).toContain('All paused Waits: everything is paused')
  expect(text).not.toContain('Pause everything…')
  expect(textOf((await otto.get(ROOF)).html)).toContain('whatever the status of this one')
  expect((await otto.get('/dashboard/pause-all')).status).toBe(409)

  const resumed = await act(otto, '/dashboard/resume-all')
  expect(resumed.question).toContain('Calls begin again: 6 leads wait in 2 running campaigns')
  expect(resumed.question).toContain('This campaign was paused by itself and stays so: Attics.')
  expect(resumed.flash).toBe('Everything goes on.')
  expect((await otto.get('/dashboard/resume-all')).status).toBe(409)
  const audit = await auditOf(otto)
  expect(audit).toContain('otto Paused everything everything')
  expect(audit).toContain('otto Let everything go on everything')
})

test('a large campaign is looked through only when somebody asks, and then shown on its page', async () => {
  const stage = await startStage({ campaigns: [list] })
  const count = 5_200
  const rows = Array.from({ length: count }, (_, index) => `lead_${index},+1212${2_000_000 + index},America/New_York`)
  await stage.api('/campaigns/roof/leads', {
    method: 'POST',
    body: `leadId,phone,timezone\n${rows.join('\n')}`,
    headers: { 'content-type': 'text/csv' },
  })
  const visitor = createVisitor(stage.url)
  for (let look = 0; look < 3; look += 1) {
    const text = textOf((await visitor.get(ROOF)).html)
    expect(text).toContain('so it is worked out only when somebody asks')
  }
  const asked = await visitor.get(`${ROOF}/ahead`)
  expect(asked.status).toBe(303)
  expect(asked.headers.get('location')).toBe(`${ROOF}#ahead`)
  await eventually(async () => {
    const text = textOf((await visitor.get(ROOF)).html)
    expect(text).toContain('May be called now 5,200')
    expect(text).toContain('Work it out anew')
  })
  // The question whether to start it tells the same.
  expect(textOf((await visitor.get(`${ROOF}/start`)).html)).toContain(': 5,200 may be called right away.')
  await act(visitor, `${ROOF}/start`)
  expect(textOf((await visitor.get(ROOF)).html)).not.toContain('May be called now 5,200')
}, 60_000)

test('where the vendor’s own dialer calls, a pause and a cancel count the leads it has not, and say that the others stay with it', async () => {
  const never = { leadsail: { autoDialer: { ...autoDialer, firstCallMs: 30 * 24 * 3_600_000_000 } } }
  const stage = await startHandOver(handedList, never)
  const visitor = createVisitor(stage.url)
  const ask = async (move: string) =>
    textOf((await visitor.get(`${ROOF}/${move}`)).html).replaceAll(/&#39;|&rsquo;/g, "'")
  await importRows(stage, 3)
  expect(await ask('start')).toContain("3 leads are handed over to LeadSail's own dialer")
  await act(visitor, `${ROOF}/start`)
  await untilProgress(stage, { total: 3, scheduled: 3 })
  await eventually(() => expect(stage.simulator.truth().handOvers).toHaveLength(3))
  await eventually(async () => expect(await ask('pause')).toContain('Nobody more is handed over: nobody waits now'))
  expect(await ask('pause')).toContain("3 leads are with LeadSail's own dialer and may be called by it all the same")
  expect(await ask('cancel')).toContain('No lead waits to be handed over: none is called off.')
  const all = textOf((await visitor.get('/dashboard/pause-all')).html)
  expect(all).toContain('No call begins anywhere: 0 leads wait in 1 running campaign.')
  expect(all).toContain('3 leads are with a vendor')

  await act(visitor, `${ROOF}/pause`)
  for (const index of [7, 8]) {
    await stage.send('call.requested', { campaign: 'roof', leadId: `late_${index}`, phone: `+1212300000${index}` })
  }
  await untilProgress(stage, { total: 5, scheduled: 5 })
  expect(await ask('resume')).toContain("2 leads are handed over to LeadSail's own dialer")
  const cancel = await ask('cancel')
  expect(cancel).toContain('2 leads that have not been handed over yet are not handed over any more.')
  expect(cancel).toContain("3 leads are with LeadSail's own dialer")
  expect(cancel).not.toContain('5 leads')
})
