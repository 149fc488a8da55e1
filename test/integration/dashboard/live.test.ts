import { expect, onTestFinished, test } from 'vitest'
import { versionOf } from '../../../src/dashboard/live-hub.ts'
import { eventually } from '../../support/eventually.ts'
import { startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, createVisitor, eventsOf, KEYS } from './visitor.ts'

async function listen(url: string, headers: Record<string, string> = {}): Promise<Response> {
  const leaving = new AbortController()
  onTestFinished(() => leaving.abort())
  return fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: leaving.signal })
}

test('whoever watches the overview is told of a change', async () => {
  const stage = await startStage({ control: { scripts: { '*': [{ neverEnds: true }] } } })
  const response = await listen(`${stage.url}/dashboard/live`)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const events = eventsOf(response)
  expect((await events.next()).value?.data).toContain('No call is live right now.')

  await stage.lead('lead_1', { phone: '+12025550123' })
  for await (const { event, data } of events) {
    expect(event).toBe('change')
    if (data.includes('In call</span>') && data.includes('+12025550123')) break
  }
})

test("a journey's page is told of what happens to it, and not of what the page shows already", async () => {
  const stage = await startStage({ control: { scripts: { '*': [{ neverEnds: true }] } } })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const { id } = await stage.journey('lead_1', journey => journey.state === 'in_call')
  const visitor = createVisitor(stage.url)
  const { html } = await visitor.get(`/dashboard/journeys/${id}`)
  const version = /data-version="([^"]+)"/.exec(html)?.[1] ?? ''

  const events = eventsOf(await listen(`${stage.url}/dashboard/journeys/${id}/live?seen=${version}`))
  await stage.api(`/journeys/${id}/cancel`, { method: 'POST' })
  for await (const { data } of events) {
    expect(versionOf(data)).not.toBe(version)
    if (data.includes('Cancelled by local.')) break
  }
})

test('viewers are told with the mask on, and nobody is told without a key', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS } })
  expect((await listen(`${stage.url}/dashboard/live`)).status).toBe(401)

  await stage.lead('lead_1', { phone: '+12025550123' })
  const events = (key: string) =>
    listen(`${stage.url}/dashboard/live`, { authorization: `Bearer ${key}` }).then(eventsOf)
  const [viewer, operator] = await Promise.all([events(KEYS.viewer), events(KEYS.operator)])
  for await (const { data } of operator) if (data.includes('+12025550123') && data.includes('Ann Lee')) break
  for await (const { data } of viewer) {
    expect(data).not.toMatch(/2025550123|Ann/)
    if (data.includes('+1•••••0123') && data.includes('A•• L••')) break
  }
})

test('listeners are bounded; whoever leaves makes room', async () => {
  const stage = await startStage()
  const leaving = new AbortController()
  const open = () => fetch(`${stage.url}/dashboard/live`, { signal: leaving.signal })
  const listeners = await Promise.all(Array.from({ length: 100 }, open))
  expect(listeners.every(({ status }) => status === 200)).toBe(true)

  const refused = await fetch(`${stage.url}/dashboard/live`)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('30')
  leaving.abort()
  await eventually(async () => (await listen(`${stage.url}/dashboard/live`)).status === 200)
})

test('listeners do not hold up the end of the service', async () => {
  const stage = await startStage()
  const responses = await Promise.all([listen(`${stage.url}/dashboard/live`), listen(`${stage.url}/dashboard/live`)])
  const ends = responses.map(async response => {
    for await (const _ of eventsOf(response));
  })
  const startedAt = performance.now()
  await stage.app[Symbol.asyncDispose]()
  expect(performance.now() - startedAt).toBeLessThan(3_000)
  await Promise.all(ends)
})
