import { expect, test } from 'vitest'
import { isOver, startStage } from '../../support/stage.ts'
import { DECIDE, decide, fieldsOf, LIST, parkedKeys, pathOf, withLostCall } from './parked-call.ts'
import { ADMIN_API_KEYS, createVisitor, formTokenIn, KEYS, textOf } from './visitor.ts'

test('viewers read, with the mask on; they and foreign forms decide nothing', async () => {
  const { stage, key, journeyId } = await withLostCall('reset_before', { env: { ADMIN_API_KEYS } })
  const [viewer, operator] = [createVisitor(stage.url), createVisitor(stage.url)]
  await viewer.signIn(KEYS.viewer)
  await operator.signIn(KEYS.operator)
  for (const page of [LIST, `/dashboard/journeys/${journeyId}`]) {
    const { status, html } = await viewer.get(page)
    expect(status).toBe(200)
    expect(html).not.toContain(DECIDE)
    expect(html).not.toMatch(/Ann|2025550123/)
  }
  expect((await viewer.get(pathOf(key, false))).status).toBe(403)
  const formToken = formTokenIn((await viewer.get(LIST)).html)
  const refused = await viewer.send(DECIDE, { key, happened: 'false', formToken })
  expect(refused.status).toBe(403)
  expect(refused.html).toContain('vera is a viewer and may only read')

  expect((await operator.send(DECIDE, { key, happened: 'false' })).status).toBe(403)
  expect((await operator.send(DECIDE, { key, happened: 'false', formToken })).status).toBe(403)
  expect((await createVisitor(stage.url).send(DECIDE, { key, happened: 'false' })).status).toBe(401)
  expect(await parkedKeys(stage)).toEqual([key])
})

test('what was decided meanwhile is told, and not decided again', async () => {
  const { stage, key } = await withLostCall('reset_after')
  const [first, second] = [createVisitor(stage.url), createVisitor(stage.url)]
  const open = fieldsOf((await second.get(pathOf(key, false))).html)
  await decide(first, key, true)
  for (const answer of [await second.send(DECIDE, open), await second.get(pathOf(key, false))]) {
    expect(answer.status).toBe(409)
    expect(textOf(answer.html)).toContain('local decided that call 1 to lead_1 happened.')
    expect(textOf(answer.html)).toContain('Nothing was changed by you.')
  }
  await stage.journey('lead_1', isOver)
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('a page that was made before the effect was parked once more is out of date', async () => {
  const { stage, key } = await withLostCall('reset_before')
  const visitor = createVisitor(stage.url)
  const fields = fieldsOf((await visitor.get(pathOf(key, false))).html)
  const answer = await visitor.send(DECIDE, { ...fields, askedAt: '2020-01-01T00:00:00.000Z' })
  expect(answer.status).toBe(409)
  expect(textOf(answer.html)).toContain('parked again since this page was made')
  expect(await parkedKeys(stage)).toEqual([key])
})

test('what is not there is a page that says so', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS } })
  const visitor = createVisitor(stage.url)
  await visitor.signIn(KEYS.operator)
  for (const path of [
    DECIDE,
    `${DECIDE}?key=anything&happened=true`,
    pathOf('call:jrn_00_00000000000000000000:1', true),
    pathOf('pixel:leadsail/lead_9:roof/x', false),
    `${pathOf('call:jrn_00_00000000000000000000:1', true)}&happened=maybe`,
  ]) {
    const { status, html } = await visitor.get(path)
    expect(status).toBe(404)
    expect(textOf(html)).toContain('No such effect')
  }
  for (const key of ['x', 'call:jrn_00_00000000000000000000:1']) {
    const answer = await visitor.send(DECIDE, { key, happened: 'true' }, { from: LIST })
    expect(answer.status).toBe(404)
  }
  expect((await visitor.get(`${LIST}?decided=x`)).html).not.toContain('class="flash"')
})

test('whatever a note holds, it stays text', async () => {
  const { stage, key, journeyId } = await withLostCall('reset_after')
  const visitor = createVisitor(stage.url)
  const note = `</textarea><script>alert('1')</script>`
  const refused = await decide(visitor, key, true, { note, interactionId: '"><svg/onload=alert(2)> x' })
  expect(refused.status).toBe(422)
  const { headers } = await decide(visitor, key, true, { note })
  const pages = [headers.get('location') ?? '', `/dashboard/journeys/${journeyId}`]
  for (const html of [refused.html, ...(await Promise.all(pages.map(async path => (await visitor.get(path)).html)))]) {
    expect(html).not.toMatch(/<script>|<svg\/onload/)
    expect(html).toContain('&lt;/textarea&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;')
  }
  // Who decided stands in the audit for longer than whom it was about.
  expect((await visitor.get('/dashboard/audit')).html).not.toContain('textarea')
})
