import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type Stage, startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, createVisitor, formTokenIn, KEYS, textOf } from './visitor.ts'

const path = '/dashboard/suppressions'
const PHONE = '+12025550123'

interface Row {
  id: string
  phone: string
  inferred?: true
  channels: string[]
  reason: string
}
const bearer = { authorization: `Bearer ${KEYS.admin}` }
const rows = async (stage: Stage) => {
  const { body } = await stage.api<{ suppressions: Row[] }>('/suppressions', { headers: bearer })
  return body.suppressions
}

async function signedIn(stage: Stage, role: keyof typeof KEYS) {
  const visitor = createVisitor(stage.url)
  await visitor.signIn(KEYS[role])
  return visitor
}

test('before anything is suppressed the page says what will stand there', async () => {
  const stage = await startStage()
  const { status, html } = await createVisitor(stage.url).get(path)
  expect(status).toBe(200)
  expect(html).toContain(`<a href="${path}" aria-current="page">`)
  expect(textOf(html)).toContain('No number is suppressed.')
  expect(textOf(html)).not.toContain('read like an opt-out')
})

test('an operator suppresses a number, finds it and, asked once more, lets it go', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS } })
  const visitor = await signedIn(stage, 'operator')
  const refusals: [Record<string, string>, string][] = [
    [{ phone: 'ann', voice: 'on' }, 'This is no valid number.'],
    [{ phone: PHONE }, 'Choose calls, texts or both.'],
  ]
  for (const [fields, said] of refusals) {
    const page = await visitor.send(path, { reason: 'by "mail"', ...fields }, { from: path })
    expect([page.status, textOf(page.html).includes(said)]).toEqual([422, true])
    // What was typed is not lost.
    expect(page.html).toContain('value="by &#34;mail&#34;"')
  }
  const added = await visitor.send(path, { phone: '202 555 0123', sms: 'on', reason: '<b>mail</b>' }, { from: path })
  expect([added.status, added.headers.get('location')]).toEqual([303, `${path}?done=added`])
  const [row] = await rows(stage)
  expect(row).toMatchObject({ phone: PHONE, channels: ['sms'], reason: '<b>mail</b>', by: 'otto' })

  const listed = await visitor.get(`${path}?done=added`)
  expect(textOf(listed.html)).toContain('The number is suppressed.')
  expect(listed.html).toContain('&lt;b&gt;mail&lt;/b&gt;')
  expect(listed.html).not.toContain('<b>mail</b>')
  expect(textOf((await visitor.get(`${path}?q=2025550123`)).html)).toContain(PHONE)
  expect(textOf((await visitor.get(`${path}?q=2025550124`)).html)).toContain('This number is not suppressed.')

  const remove = `${path}/${row?.id}/remove`
  const asked = await visitor.get(remove)
  expect(textOf(asked.html)).toContain(`Reach ${PHONE} again?`)
  expect(await rows(stage)).toHaveLength(1)
  const removed = await visitor.send(remove, {}, { from: remove })
  expect([removed.status, removed.headers.get('location')]).toEqual([303, `${path}?done=removed`])
  expect(await rows(stage)).toEqual([])
  expect((await visitor.get(remove)).status).toBe(404)

  const audit = textOf((await visitor.get('/dashboard/audit')).html)
  expect(audit).toContain('Suppressed a number')
  expect(audit).toContain('Let a number be reached again')
  expect(audit).not.toContain('2025550123')
})

test('inferred opt-outs come first, to be kept or undone', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS } })
  const texts = { '+12025550121': 'please <i>stop</i>', '+12025550122': 'Can you make it stop', '+12025550123': 'STOP' }
  for (const [phone, text] of Object.entries(texts)) await stage.send('text.received', { phone, text })
  await eventually(async () => expect(await rows(stage)).toHaveLength(3))
  const visitor = await signedIn(stage, 'operator')
  const { html } = await visitor.get(path)
  expect(textOf(html)).toContain('Texts that read like an opt-out 2')
  expect(html).toContain('<blockquote>please &lt;i&gt;stop&lt;/i&gt;</blockquote>')
  const idOf = async (phone: string) => (await rows(stage)).find(row => row.phone === phone)?.id

  const keep = `${path}/${await idOf('+12025550121')}/keep`
  expect((await visitor.send(keep, {}, { from: path })).headers.get('location')).toBe(`${path}?done=kept`)
  expect((await visitor.send(keep, {}, { from: path })).status).toBe(404)
  const dismiss = `${path}/${await idOf('+12025550122')}/dismiss`
  expect(textOf((await visitor.get(dismiss)).html)).toContain('Can you make it stop')
  expect((await visitor.send(dismiss, {}, { from: dismiss })).headers.get('location')).toBe(`${path}?done=dismissed`)

  const left = await rows(stage)
  expect(left.map(({ phone, inferred }) => [phone, inferred]).sort()).toEqual([
    ['+12025550121', undefined],
    ['+12025550123', undefined],
  ])
  expect(textOf((await visitor.get(path)).html)).not.toContain('read like an opt-out')
  // A sure one is not dismissed by an old page.
  expect((await visitor.get(`${path}/${left[0]?.id}/dismiss`)).status).toBe(404)
  // Kept it is what the number said itself: START takes it back.
  await stage.send('text.received', { phone: '+12025550121', text: 'START' })
  await eventually(async () => expect(await rows(stage)).toHaveLength(1))
})

test('a list is tried, then taken, and reports what is wrong with it', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS } })
  const visitor = await signedIn(stage, 'operator')
  const token = formTokenIn((await visitor.get(path)).html)
  const upload = async (query: string, given = token) => {
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { cookie, origin: stage.url, 'x-form-token': given, 'content-type': 'text/csv' }
    const body = 'phone\n2025550123\n2025550124\nnobody\n'
    const answer = await fetch(`${stage.url}${path}/import${query}`, { method: 'POST', headers, body })
    return { status: answer.status, isReport: answer.headers.has('x-report'), html: await answer.text() }
  }
  expect((await upload('', 'wrong')).status).toBe(403)
  const tried = await upload('?dryRun=true')
  expect(tried).toMatchObject({ status: 200, isReport: true })
  expect(textOf(tried.html)).toContain('2 numbers of this file can be suppressed')
  expect(textOf(tried.html)).toContain('No valid number')
  expect(tried.html).toContain('data-import')
  expect(await rows(stage)).toEqual([])
  const taken = await upload('')
  expect(textOf(taken.html)).toContain('2 numbers are suppressed')
  expect(await rows(stage)).toHaveLength(2)
  expect(textOf((await upload('?dryRun=true')).html)).toContain('There is nothing new in this file')
})

test('viewers see neither numbers nor words and change nothing, and nobody does without the form of the page', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS } })
  await stage.send('text.received', { phone: PHONE, text: 'please stop, I am Ann' })
  await eventually(async () => expect(await rows(stage)).toHaveLength(1))
  const [row] = await rows(stage)
  const viewer = await signedIn(stage, 'viewer')
  const { html } = await viewer.get(path)
  expect(html).toContain('+1•••••0123')
  for (const secret of ['2025550123', 'I am Ann', 'Remove…', 'name="phone"']) expect(html).not.toContain(secret)
  const acts = [
    path,
    `${path}/${row?.id}/keep`,
    `${path}/${row?.id}/dismiss`,
    `${path}/${row?.id}/remove`,
    `${path}/import`,
  ]
  for (const act of acts) {
    expect([act, (await viewer.send(act, { phone: PHONE, sms: 'on' })).status]).toEqual([act, 403])
  }
  expect((await viewer.get(`${path}/${row?.id}/remove`)).status).toBe(403)
  const operator = await signedIn(stage, 'operator')
  for (const act of acts) {
    expect([act, (await operator.send(act, { phone: PHONE, sms: 'on', formToken: 'forged' })).status]).toEqual([
      act,
      403,
    ])
  }
  expect(await rows(stage)).toMatchObject([{ id: row?.id, inferred: true }])
})

test('fifty numbers fit a page, and the older ones are a page further', async () => {
  const stage = await startStage()
  const all = Array.from({ length: 53 }, (_, at) => `+1202555${1_000 + at}`)
  for (const phone of all) await stage.api('/suppressions', { json: { phone } })
  const visitor = createVisitor(stage.url)
  const first = (await visitor.get(path)).html
  const next = /href="(\?cursor=[^"]+)" rel="next"/.exec(first)?.[1]
  const second = (await visitor.get(`${path}${next}`)).html
  expect(second).not.toContain('rel="next"')
  const shown = [first, second].flatMap(html =>
    [...html.matchAll(/<span class="number">(\+\d+)<\/span>/g)].map(([, phone]) => phone),
  )
  expect(shown).toEqual(all.toReversed())
  expect((await visitor.get(`${path}?cursor=nonsense`)).status).toBe(200)
})
