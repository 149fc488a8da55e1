import { expect, test } from 'vitest'
import { startStage } from '../../support/stage.ts'
import { createVisitor } from './visitor.ts'

const subjectsOn = (html: string) =>
  [...html.matchAll(/<span class="under mono">(jrn_\w+)<\/span>/g)].map(([, id]) => id)

test('before anybody does anything the page says what will stand there', async () => {
  const stage = await startStage()
  const { status, html } = await createVisitor(stage.url).get('/dashboard/audit')
  expect(status).toBe(200)
  expect(html).toContain('Nobody has done anything yet.')
  expect(html).toContain('<a href="/dashboard/audit" aria-current="page">')
})

test('who did what is told page by page, newest first, each once', async () => {
  const stage = await startStage({ control: { scripts: { '*': [{ neverEnds: true }] } } })
  const ids: string[] = []
  for (let number = 0; number < 52; number += 1) {
    const json = { campaign: 'roof', leadId: `lead_${number}`, phone: `+120255501${String(number).padStart(2, '0')}` }
    ids.push((await stage.api<{ id: string }>('/journeys', { json })).body.id)
  }
  await stage.api(`/journeys/${ids[0]}/cancel`, { method: 'POST' })

  const visitor = createVisitor(stage.url)
  const first = (await visitor.get('/dashboard/audit')).html
  expect(first).toContain('Cancelled a journey')
  expect(first).toContain(`href="/dashboard/journeys/${ids[0]}"`)
  const next = /href="(\?cursor=[^"]+)" rel="next"/.exec(first)?.[1]
  const second = (await visitor.get(`/dashboard/audit${next}`)).html
  expect(second).not.toContain('rel="next"')
  expect([...subjectsOn(first), ...subjectsOn(second)]).toEqual([ids[0], ...ids.toReversed()])
  expect((await visitor.get('/dashboard/audit?cursor=nonsense')).status).toBe(200)
})
