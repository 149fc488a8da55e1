import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { spawnService } from '../support/service-process.ts'
import { plainCampaign } from '../support/stage.ts'
import { createWorld, insist } from '../support/world.ts'

const JOURNEYS = process.env['TEST_SCALE'] === 'full' ? 1_000_000 : 10_000
const BATCH = 500
const ROUNDS = 50
const MOST_MS = 200

const list = { ...plainCampaign, id: 'list', account: { campaignId: 'LST' }, trigger: {} }
const numberOf = (index: number) => `+1${213 + Math.floor(index / 600_000)}${2_000_000 + (index % 600_000)}`

test(`among ${JOURNEYS} journeys a lead is found by id, number, interaction and event within ${MOST_MS} ms`, async () => {
  await using world = await createWorld({
    campaigns: [plainCampaign, list],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
  })
  const service = spawnService(world.env)
  await service.line('app.started')
  await insist(() => service.url, world.lead('lead_sought', { phone: '+12025550123' }))
  const found = async (query: string) => {
    const answer = await fetch(`${service.url}/api/v1/journeys?${query}`)
    const { journeys } = (await answer.json()) as { journeys: { id: string; leadId: string; eventId: string }[] }
    return journeys
  }
  const [sought] = await eventually(async () => {
    const journeys = await found('leadId=lead_sought')
    return journeys.length === 1 && world.simulator.truth().calls.length === 1 && journeys
  })

  async function* rows() {
    yield Buffer.from('leadId,phone\n')
    for (let at = 0; at < JOURNEYS; at += BATCH) {
      const lines = Array.from({ length: BATCH }, (_, index) => `lead_${at + index},${numberOf(at + index)}`)
      yield Buffer.from(`${lines.join('\n')}\n`)
    }
  }
  const answer = await fetch(`${service.url}/api/v1/campaigns/list/leads`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: ReadableStream.from(rows()),
    duplex: 'half',
  } as RequestInit)
  expect(await answer.json()).toMatchObject({ accepted: JOURNEYS, rejected: 0 })

  const middle = Math.floor(JOURNEYS / 2)
  const ways: Record<string, [query: string, leadId: string]> = {
    lead: [`leadId=lead_${middle}`, `lead_${middle}`],
    number: [`phone=${encodeURIComponent(numberOf(middle))}`, `lead_${middle}`],
    interaction: [`interactionId=${world.simulator.truth().calls[0]?.interactionId}`, 'lead_sought'],
    event: [`eventId=${sought?.eventId}`, 'lead_sought'],
  }
  const slowest: Record<string, number> = {}
  for (const [way, [query, leadId]] of Object.entries(ways)) {
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedAt = performance.now()
      expect((await found(query)).map(journey => journey.leadId)).toEqual([leadId])
      slowest[way] = Math.max(slowest[way] ?? 0, performance.now() - startedAt)
    }
  }
  const whole = performance.now()
  await fetch(`${service.url}/api/v1/journeys/${sought?.id}`).then(page => page.json())
  const pageMs = performance.now() - whole
  const text = Object.entries(slowest).map(([way, ms]) => `${way} ${Math.round(ms)} ms`)
  console.info(
    `${JOURNEYS} journeys, slowest of ${ROUNDS}: ${text.join(', ')}; a whole timeline ${Math.round(pageMs)} ms`,
  )
  expect(Math.max(...Object.values(slowest), pageMs)).toBeLessThanOrEqual(MOST_MS)
}, 900_000)
