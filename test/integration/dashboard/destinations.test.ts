import { expect, test } from 'vitest'
import type { JourneyView } from '../../../src/desk/journey-view.ts'
import { eventually } from '../../support/eventually.ts'
import { startPixelStage } from '../../support/pixel-stage.ts'
import { createVisitor } from './visitor.ts'

test('the overview says in one line where pixels wait and why, and nothing where they do not', async () => {
  const stage = await startPixelStage(3, [{ via: 'meta', pixelId: '77', event: 'Lead' }])
  const visitor = createVisitor(stage.url)
  const lines = async () => (await visitor.get('/dashboard')).html.match(/data-key="destination [^"]+"/g) ?? []
  expect(await lines()).toEqual([])

  stage.simulator.control({ apiKeys: { meta: 'another' } })
  await stage.fire()
  await stage.destination('meta', ({ state }) => state === 'paused')
  // Those that were tried come due again: one goes ahead, the others wait.
  stage.clock.advance(10_000)
  await stage.destination('meta', ({ state, waiting }) => state === 'paused' && waiting > 0)
  expect(await lines()).toEqual(['data-key="destination meta"'])
  const { html } = await visitor.get('/dashboard')
  expect(html.replace(/\s+/g, ' ')).toMatch(
    /Meta refused the access token\. (1 pixel waits|[23] pixels wait), and one is tried/,
  )
  const isHeld = ({ timeline }: JourneyView) => timeline.some(({ what }) => what === 'pixel.held')
  const journeys = await eventually(async () => {
    const all = await Promise.all(stage.leads.map(id => stage.journey(id, () => true)))
    return all.filter(isHeld).length > 0 && all.filter(isHeld)
  })
  const { html: page } = await visitor.get(`/dashboard/journeys/${journeys[0]?.id}`)
  expect(page.replace(/\s+/g, ' ')).toContain('waits: Meta refused the access token. It is fired as soon as')

  stage.simulator.control({ apiKeys: { meta: 'meta-token' } })
  stage.clock.advance(60_000)
  await eventually(async () => expect(await lines()).toEqual([]))
})
