import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../../support/list-journeys.ts'
import { plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, createVisitor, eventsOf, KEYS, textOf } from './visitor.ts'

const LIST = '/dashboard/campaigns'
const ROOF = `${LIST}/roof`
const neverEnds = { scripts: { '*': [{ neverEnds: true }] } }
const list = { ...plainCampaign, trigger: {} }

/** The numbers of a campaign's page: in all, and state by state. */
function progressOn(html: string): { total: number; states: number[] } {
  const flow = /<dl class="flow">([\s\S]*?)<\/dl>/.exec(html)?.[1] ?? ''
  const numbers = [...flow.matchAll(/<a [^>]*>([\d,]+)<\/a>/g)].map(([, text = '']) => Number(text.replaceAll(',', '')))
  const [total = -1, ...states] = numbers
  return { total, states }
}

async function fill(stage: Stage, count: number, campaign = 'roof'): Promise<void> {
  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, campaign, listLeads(count), stage.clock.now())
}

test('where there is no campaign the page says what one is and how to make it', async () => {
  const stage = await startStage({ campaigns: [] })
  const { status, html } = await createVisitor(stage.url).get(LIST)
  expect(status).toBe(200)
  expect(textOf(html)).toContain('There is no campaign yet.')
  expect(html).toContain('my-campaign.yaml')
  expect(html).toContain('aria-current="page"')
})

test('every campaign stands in the list with its exact numbers, and on the overview with a link', async () => {
  const campaigns = [
    { ...list, dial: { ...list.dial, pace: { callsPerSecond: 1000, maxLive: 4 } } },
    { ...list, id: 'try-out', name: 'Try-out', test: true, account: { campaignId: 'TRY' } },
    { ...list, id: 'timed', account: { campaignId: 'TIM' }, start: { at: '2126-12-01T09:00' } },
  ]
  const stage = await startStage({ campaigns, control: neverEnds })
  await fill(stage, 10)
  await stage.api('/campaigns/roof/start', { method: 'POST' })
  await eventually(async () => expect((await stage.campaign()).progress['in_call']).toBe(4))
  const visitor = createVisitor(stage.url)
  const text = textOf((await visitor.get(LIST)).html)
  expect(text).toContain('Roof quotes LeadSail, aftercall dials Running')
  expect(text).toContain('10 in all 6 scheduled 4 in call')
  expect(text).toContain('Live calls 4 of 4')
  expect(text).toContain('Try-out Test')
  expect(text).toContain('Starts by itself: 2126-12-01 09:00 (America/New_York)')
  expect((await visitor.get('/dashboard')).html).toContain(`<a href="${ROOF}">Roof quotes</a>`)
})

test('more campaigns than a page holds go on, each once', async () => {
  const campaigns = Array.from({ length: 53 }, (_, index) => ({
    ...list,
    id: `c-${String(index).padStart(2, '0')}`,
    account: { campaignId: `C${index}` },
  }))
  const stage = await startStage({ campaigns })
  const visitor = createVisitor(stage.url)
  const idsOn = (html: string) => [...html.matchAll(/href="\/dashboard\/campaigns\/(c-\d\d)"/g)].map(([, id]) => id)
  const first = (await visitor.get(LIST)).html
  const next = /href="(\?cursor=[^"]+)" rel="next"/.exec(first)?.[1]
  const second = (await visitor.get(`${LIST}${next}`)).html
  expect([...idsOn(first), ...idsOn(second)]).toEqual(campaigns.map(({ id }) => id))
  expect(second).not.toContain('rel="next"')
})

test('a change of a file that is wrong is told where it matters, and a file that was never right in the list', async () => {
  const stage = await startStage({ campaigns: [list] })
  const dir = stage.env['CAMPAIGNS_DIR'] ?? ''
  await writeFile(join(dir, 'roof.yaml'), JSON.stringify({ ...list, dial: { maxAttempts: 1.5 } }, null, 2))
  await writeFile(join(dir, 'other.yaml'), 'id: other\n')
  const visitor = createVisitor(stage.url)
  await eventually(async () => {
    const text = textOf((await visitor.get(LIST)).html)
    expect(text).toContain('The last change of its file is wrong. The version before it is in force.')
    expect(text).toMatch(/roof\.yaml, line \d+ dial\.maxAttempts must be a whole number, not 1\.5/)
    expect(text).toContain('A campaign file is wrong, and its campaign is not in force')
    expect(text).toContain('other.yaml, line 1')
    expect(text).not.toContain(dir)
  })
  expect(textOf((await visitor.get(ROOF)).html)).toContain(
    'The version before it is in force, until the file is mended:',
  )
})

test('the total is the sum of the states at every moment of a run, and the calls begun are those placed', async () => {
  const dial = { ...list.dial, pace: { callsPerSecond: 60, maxLive: 8 } }
  const stage = await startStage({
    campaigns: [{ ...list, dial }],
    control: { scripts: { '*': [{ status: 'completed', lengthMs: 200_000 }] } },
  })
  await fill(stage, 80)
  await stage.api('/campaigns/roof/start', { method: 'POST' })
  const visitor = createVisitor(stage.url)
  const sums: number[] = []
  await eventually(
    async () => {
      const { total, states } = progressOn((await visitor.get(ROOF)).html)
      expect(states).toHaveLength(7)
      sums.push(
        total,
        states.reduce((sum, count) => sum + count, 0),
      )
      expect(states[4]).toBe(80)
    },
    { timeoutMs: 20_000 },
  )
  expect(sums.length).toBeGreaterThan(10)
  expect(new Set(sums)).toEqual(new Set([80]))
  const { html } = await visitor.get(ROOF)
  expect(stage.simulator.truth().calls).toHaveLength(80)
  expect(textOf(html)).toContain('Calls begun 80')
  expect(textOf((await visitor.get(`${ROOF}?range=day`)).html)).toContain('Calls begun 80')
  expect(textOf(html)).toContain('Answered 80 100%')
  expect(textOf(html)).toContain('0 of 8 places for live calls are taken now.')
})

test('a campaign that paused itself says why, with the calls that failed', async () => {
  const breaker = { failureShare: 0.5, window: 'PT2M', minCalls: 5 }
  const dial = { ...list.dial, breaker, pace: { callsPerSecond: 20, maxLive: 3 } }
  const stage = await startStage({
    campaigns: [{ ...list, outcomes: { line_down: 'failed' }, dial }],
    control: { scripts: { '*': [{ status: 'line_down' }] } },
  })
  await fill(stage, 30)
  await stage.api('/campaigns/roof/start', { method: 'POST' })
  await eventually(async () => expect((await stage.campaign()).status).toBe('paused'))
  const visitor = createVisitor(stage.url)
  const { html } = await visitor.get(ROOF)
  expect(textOf(html)).toMatch(
    /It paused itself \d of \d calls failed within 120 s; the breaker allows less than 50 %\./,
  )
  expect(html).toMatch(/href="\/dashboard\/journeys\/jrn_\w+">jrn_\w+, call 1<\/a>/)
  expect(textOf((await visitor.get(LIST)).html)).toContain('It paused itself:')
  const resume = textOf((await visitor.get(`${ROOF}/resume`)).html)
  expect(resume).toContain('See first that what was wrong is mended.')
})

test('its rules and follow-ups stand in words', async () => {
  const followUps = [
    {
      id: 'thanks',
      when: { outcome: ['answered'] },
      sms: { text: 'Hi {{ lead.firstName }} <b>\u2019', window: '00:00-24:00' },
    },
  ]
  const dial = { windows: { 'mon-fri': '09:00-20:00' }, timezone: 'America/New_York', stateRules: 'us' }
  const stage = await startStage({ campaigns: [{ ...plainCampaign, dial, followUps }] })
  const { html } = await createVisitor(stage.url).get(ROOF)
  const text = textOf(html)
  expect(text).toContain('Monday to Friday 09:00–20:00, by the clock of the lead.')
  expect(text).toContain('Leads of whom LeadSail says “lead.processed” in its campaign HXZ')
  expect(text).toContain('thanks After a call, when it came to “answered”: a text goes out through LeadSail at once')
  expect(html).toContain('Hi {{ lead.firstName }} &lt;b&gt;')
  expect(text).toMatch(/Worth a look in its file: followUps\[0\]\.sms\.text “’” \(U\+2019\) switches the text to UCS-2/)
  expect(html.match(/switches the text/g)).toHaveLength(1)
})

test('a campaign that is not there is a 404, and every page of one says so', async () => {
  const stage = await startStage({ campaigns: [list] })
  const visitor = createVisitor(stage.url)
  for (const path of [
    '',
    '/live',
    '/start',
    '/cancel',
    '/import',
    '/imports/a1',
    '/imports/a1/report',
    '/ahead',
    '/export',
  ]) {
    const { status } = await visitor.get(`${LIST}/nowhere${path}`)
    expect(status, path).toBe(404)
  }
  expect((await visitor.send(`${LIST}/nowhere/start`, {}, { from: `${ROOF}/start` })).status).toBe(404)
})

describe('what may be seen and done', () => {
  test('a viewer sees numbers and no buttons, and may do nothing', async () => {
    const stage = await startStage({ campaigns: [list], env: { ADMIN_API_KEYS } })
    const viewer = createVisitor(stage.url)
    await viewer.signIn(KEYS.viewer)
    for (const path of [LIST, ROOF, `${ROOF}/import`]) {
      const { status, html } = await viewer.get(path)
      expect(status).toBe(200)
      expect(html, path).not.toMatch(/Start…|Pause everything…|Import leads…|data-upload=/)
    }
    for (const path of [`${ROOF}/start`, '/dashboard/pause-all', '/dashboard/resume-all']) {
      expect((await viewer.get(path)).status, path).toBe(403)
      expect((await viewer.send(path, {}, { from: LIST })).status, path).toBe(403)
    }
    expect(
      (await stage.api('/campaigns/roof', { headers: { authorization: `Bearer ${KEYS.viewer}` } })).body,
    ).toMatchObject({ status: 'draft' })
  })

  test('a form that does not come from here does nothing', async () => {
    const stage = await startStage({ campaigns: [list] })
    const visitor = createVisitor(stage.url)
    await visitor.get(ROOF)
    for (const path of [`${ROOF}/start`, '/dashboard/pause-all']) {
      expect((await visitor.send(path, { formToken: 'made up' })).status).toBe(403)
      expect((await visitor.send(path)).status).toBe(403)
    }
    expect((await stage.campaign()).status).toBe('draft')
  })

  test('an export holds what its reader may see', async () => {
    const stage = await startStage({ campaigns: [list], env: { ADMIN_API_KEYS } })
    await fill(stage, 2)
    const read = async (key: string, query: string) => {
      const visitor = createVisitor(stage.url)
      await visitor.signIn(key)
      return visitor.get(`${ROOF}/export?${query}`)
    }
    const full = await read(KEYS.operator, 'by=lead&format=csv')
    expect(full.headers.get('content-disposition')).toContain('roof-by-lead.csv')
    expect(full.html).toContain('+12122000000')
    const masked = await read(KEYS.viewer, 'by=lead&format=ndjson')
    expect(masked.html.trim().split('\n')).toHaveLength(2)
    expect(masked.html).not.toContain('2122000000')
    const visitor = createVisitor(stage.url)
    await visitor.signIn(KEYS.viewer)
    const audit = textOf((await visitor.get('/dashboard/audit')).html)
    expect(audit).toContain('vera Exported a campaign “ndjson by lead, masked” Roof quotes')
  })
})

test('a page that is watched is told of what happens, and shows buttons only to whom they are for', async () => {
  const stage = await startStage({ campaigns: [list], control: neverEnds, env: { ADMIN_API_KEYS } })
  const listen = async (path: string, key: string) => {
    const leaving = AbortSignal.timeout(20_000)
    return eventsOf(
      await fetch(`${stage.url}${path}`, { headers: { authorization: `Bearer ${key}` }, signal: leaving }),
    )
  }
  const viewer = await listen(`${ROOF}/live?range=hour`, KEYS.viewer)
  const all = await listen('/dashboard/campaigns-live', KEYS.operator)
  await fill(stage, 3)
  const headers = { authorization: `Bearer ${KEYS.operator}` }
  await stage.api('/campaigns/roof/start', { method: 'POST', headers })
  for await (const { data } of viewer) {
    expect(data).not.toContain('Pause…')
    if (progressOn(data).states[2] === 3) break
  }
  for await (const { data } of all) {
    expect(data).toContain('Pause everything…')
    if (textOf(data).includes('3 in call')) break
  }
})
