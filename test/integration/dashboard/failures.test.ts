import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { pixelCampaign, plantEffects } from '../../support/planted-effects.ts'
import { type Stage, startStage } from '../../support/stage.ts'
import { isWiderThanScreen, openPage, tabTo, violationsOf } from './browser.ts'
import { ADMIN_API_KEYS, createVisitor, KEYS, textOf } from './visitor.ts'

const LIST = '/dashboard/failures'
const ASK = '/dashboard/failures/replay'

const refusal = (path: string, code: string, message: string) => ({
  ...{ match: { path }, kind: 'status' as const, status: 400 },
  body: { success: false, error: { code, message } },
})

/** A service with pixels and texts that were refused, and one pixel of which nobody knows. */
async function withFailures() {
  const stage = await startStage({
    campaigns: [pixelCampaign],
    env: { ADMIN_API_KEYS },
    control: {
      faults: [
        refusal('/sms/send', 'VALIDATION_ERROR', 'The number +12122000040 cannot receive texts of Ann'),
        { match: { path: '/pixels/fire' }, kind: 'reset_after', times: 1 },
        refusal('/pixels/fire', 'NOT_FOUND', '<b>Pixel</b> "1" not found'),
      ],
    },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  await plantEffects(ledger, 31, { now: stage.clock.now() })
  await plantEffects(ledger, 2, { now: stage.clock.now(), kind: 'sms', from: 40 })
  await eventually(async () => {
    expect(await ledger.failures.count({})).toBe(33)
    expect(await ledger.search.parkedCount()).toBe(1)
  })
  stage.simulator.control({ faults: [] })
  return { stage, ledger }
}

const visitorWith = async (stage: Stage, key: string) => {
  const visitor = createVisitor(stage.url)
  await visitor.signIn(key)
  return visitor
}

test('while nothing has failed the page says what would stand there', async () => {
  const stage = await startStage()
  const { status, html } = await createVisitor(stage.url).get(LIST)
  expect(status).toBe(200)
  expect(textOf(html)).toContain('Nothing has failed.')
  expect(textOf(html)).toContain('nothing that went through is sent again')
  expect(textOf((await createVisitor(stage.url).get(`${LIST}?kind=sms&since=hour`)).html)).toContain(
    'Show all failures',
  )
  expect(textOf((await createVisitor(stage.url).get(ASK)).html)).toContain('Nothing to replay')
})

test('failures stand by cause, with the last exchange for who may see people', async () => {
  const { stage } = await withFailures()
  const operator = (await (await visitorWith(stage, KEYS.operator)).get(LIST)).html
  const text = textOf(operator)
  expect(text).toContain('400 NOT_FOUND: &lt;b&gt;Pixel&lt;/b&gt; … not found 30 pixels')
  expect(text).toContain('400 VALIDATION_ERROR: The number … cannot receive texts of … 2 texts')
  expect(text).toMatch(/Not known It may have happened/)
  expect(text).toContain('Last request POST /sms/send')
  expect(operator).toContain('+12122000040 cannot receive')
  expect(operator).not.toContain('<b>Pixel')
  expect(operator).toContain('Replay these…')

  const viewer = (await (await visitorWith(stage, KEYS.viewer)).get(LIST)).html
  expect(textOf(viewer)).toContain('Last request POST /sms/send')
  for (const hidden of ['12122000040', 'Ann Lee', 'Replay these…']) expect(viewer).not.toContain(hidden)

  const visitor = await visitorWith(stage, KEYS.operator)
  expect(textOf((await visitor.get(`${LIST}?kind=sms`)).html)).not.toContain('30 pixels')
  expect(textOf((await visitor.get(`${LIST}?campaign=other`)).html)).toContain('Nothing that has failed fits.')
  expect((await visitor.get(`${LIST}?kind=nonsense&since=never&cursor=x`)).status).toBe(200)
})

test('what is not understood is no replay of everything', async () => {
  const { stage, ledger } = await withFailures()
  const visitor = await visitorWith(stage, KEYS.operator)
  for (const [name, value] of Object.entries({ kind: 'pixels', since: 'yesterday', cause: 'x'.repeat(501) })) {
    expect((await visitor.get(`${ASK}?${new URLSearchParams({ [name]: value })}`)).status, name).toBe(400)
    const refused = await visitor.send(ASK, { [name]: value, perSecond: '100' }, { from: ASK })
    expect(refused.status, name).toBe(400)
    expect(textOf(refused.html)).toContain('Nothing was replayed.')
  }
  const headers = { authorization: `Bearer ${KEYS.viewer}` }
  expect((await stage.api<{ replays: unknown[] }>('/replays', { headers })).body.replays).toEqual([])
  expect(await ledger.failures.count({})).toBe(33)
})

test('a replay is asked about first, begins once it is said, and is told of', async () => {
  const { stage, ledger } = await withFailures()
  const visitor = await visitorWith(stage, KEYS.operator)
  const asked = textOf((await visitor.get(`${ASK}?kind=pixel`)).html)
  expect(asked).toContain('Replay 31 pixels?')
  expect(asked).toContain('30 pixels are tried anew')
  expect(asked).toContain('1 stays as it is: it may have happened, so a person decides about it.')
  expect(await ledger.failures.count({})).toBe(33)

  const wrong = await visitor.send(ASK, { kind: 'pixel', perSecond: 'fast' }, { from: `${ASK}?kind=pixel` })
  expect(wrong.status).toBe(422)
  expect(textOf(wrong.html)).toContain('Write a number above 0')
  expect(wrong.html).toContain('value="fast"')

  const begun = await visitor.send(ASK, { kind: 'pixel', perSecond: '100' }, { from: `${ASK}?kind=pixel` })
  expect(begun.status).toBe(303)
  const place = begun.headers.get('location') ?? ''
  expect(place).toMatch(/^\/dashboard\/replays\/rpl_[0-9a-f]{16}$/)
  await eventually(() => expect(stage.simulator.truth().pixels).toHaveLength(31))
  const page = await eventually(async () => {
    const text = textOf((await visitor.get(place)).html)
    return text.includes('All of them have had their turn.') && text
  })
  expect(page).toContain('31 of 31')
  expect(page).toMatch(/Went through The vendor took them\. 30/)
  expect(page).toContain('It may have happened, so a person decides about it. 1')
  expect(textOf((await visitor.get(LIST)).html)).toContain('otto,')

  const audit = (await visitor.get('/dashboard/audit')).html
  expect(textOf(audit)).toContain('Replayed failures')
  expect(audit).toContain(`href="${place}"`)
  const over = await visitor.get(`${place}/cancel`)
  expect(over.status).toBe(409)
  expect((await visitor.get('/dashboard/replays/rpl_none')).status).toBe(404)
  expect((await visitor.get('/dashboard/replays/rpl_none/live')).status).toBe(404)
})

test('who may only read replays nothing, and no other site does', async () => {
  const { stage, ledger } = await withFailures()
  const viewer = await visitorWith(stage, KEYS.viewer)
  expect((await viewer.get(ASK)).status).toBe(403)
  expect((await viewer.send(ASK, {}, { from: LIST })).status).toBe(403)
  const operator = await visitorWith(stage, KEYS.operator)
  expect((await operator.send(ASK, { formToken: 'forged' })).status).toBe(403)
  expect((await operator.send(ASK, {})).status).toBe(403)
  expect((await createVisitor(stage.url).send(ASK, {})).status).toBe(401)
  expect(await ledger.replays.list(10)).toEqual([])

  const { id } = (
    await stage.api<{ id: string }>('/replays', {
      json: { filter: {}, perSecond: 0.1 },
      headers: { authorization: `Bearer ${KEYS.operator}` },
    })
  ).body
  const cancel = `/dashboard/replays/${id}/cancel`
  expect((await viewer.get(`/dashboard/replays/${id}`)).html).not.toContain('Cancel replay')
  expect((await viewer.get(cancel)).status).toBe(403)
  expect((await operator.send(cancel, { formToken: 'forged' })).status).toBe(403)
  expect((await ledger.replays.read(id))?.status).toBe('running')
  expect((await operator.send(cancel, {}, { from: cancel })).status).toBe(303)
  expect((await ledger.replays.read(id))?.status).toBe('cancelled')
})

test('in a browser: the list comes by itself, a replay is watched and cancelled, by keyboard too', async () => {
  const { stage, ledger } = await withFailures()
  const page = await openPage(stage, LIST)
  await page.getByLabel('API key').fill(KEYS.operator)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('30 pixels').waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  stage.simulator.control({ faults: [refusal('/pixels/fire', 'NOT_FOUND', '<b>Pixel</b> "2" not found')] })
  await plantEffects(ledger, 5, { now: stage.clock.now(), from: 60 })
  await page.getByText('35 pixels').waitFor()
  stage.simulator.control({ faults: [] })
  expect(await violationsOf(page)).toEqual([])

  await tabTo(page, 'Replay these…')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Replay 35 pixels?' }).waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.getByLabel(/How many a second/).fill('1')
  await page.getByRole('button', { name: 'Replay 35 pixels' }).click()
  await page.getByRole('heading', { name: 'Replay of 35 pixels' }).waitFor()
  await page.getByText('Went through').first().waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.getByRole('link', { name: 'Cancel replay…' }).click()
  await page.getByText('What has not been tried is not tried by this replay any more.').waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'Cancel replay' }).click()
  await page.getByText('It was cancelled. What had not been tried by then stands as it was.').waitFor()
  expect(await violationsOf(page)).toEqual([])
  expect(stage.simulator.truth().pixels.length).toBeLessThan(35)
}, 60_000)

test('nothing is wider than a phone, light or dark, whatever a vendor says', async () => {
  const stage = await startStage({
    campaigns: [pixelCampaign],
    control: { faults: [refusal('/pixels/fire', 'W'.repeat(60), 'W'.repeat(400))] },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  await plantEffects(ledger, 3, { now: stage.clock.now() })
  await eventually(async () => expect(await ledger.failures.count({})).toBe(3))
  const { id } = (await stage.api<{ id: string }>('/replays', { json: { filter: {}, perSecond: 0.1 } })).body
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await openPage(stage, LIST, { viewport: { width: 390, height: 800 }, colorScheme })
    for (const path of [LIST, ASK, `/dashboard/replays/${id}`, `/dashboard/replays/${id}/cancel`]) {
      await page.goto(`${stage.url}${path}`)
      expect(await isWiderThanScreen(page), path).toBe(false)
      expect(await violationsOf(page), path).toEqual([])
    }
  }
}, 60_000)
