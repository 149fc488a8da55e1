import { expect } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, KEYS } from './visitor.ts'

const pixel = { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' }
const refusal = { success: false, error: { code: 'NOT_FOUND', message: 'Pixel not found' } }
const list = { ...plainCampaign, trigger: {} }

const rows = ['leadId,phone', 'row_1,+12025550161', 'row_2,12'].join('\n')
const asOperator = { authorization: `Bearer ${KEYS.operator}` }

/**
 * A service with something on every page that a person can act upon: campaigns in every status that has a move, a live
 * call, two parked calls, refused pixels and a replay of them that takes hours, opt-outs to be looked at, a past import.
 */
export async function startFullDesk(): Promise<Stage> {
  const stage = await startStage({
    campaigns: [
      { ...plainCampaign, followUps: [{ id: 'lead-pixel', when: { outcome: ['qualified'] }, pixel }] },
      { ...list, id: 'draft', name: 'Drafted', account: { campaignId: 'DRA' } },
      { ...list, id: 'held', name: 'Held up', account: { campaignId: 'HEL' } },
    ],
    control: {
      scripts: {
        odd_1: [{ status: 'odd_status' }],
        odd_2: [{ status: 'odd_status' }],
        done_1: [{ status: 'qualified', lengthMs: 10 }],
        done_2: [{ status: 'qualified', lengthMs: 10 }],
        '*': [{ neverEnds: true }],
      },
      faults: [{ match: { path: '/pixels/fire' }, kind: 'status', status: 400, body: refusal }],
    },
    env: { ADMIN_API_KEYS },
  })
  const api = async <T>(path: string, init: Parameters<Stage['api']>[1] = {}) =>
    (await stage.api<T>(path, { ...init, headers: { ...asOperator, ...init.headers } })).body

  for (const [index, leadId] of ['odd_1', 'odd_2', 'live_1', 'done_1', 'done_2'].entries()) {
    await stage.lead(leadId, { phone: `+1202555015${index}` })
  }
  for (const phone of ['+12025550171', '+12025550172']) {
    await stage.send('text.received', { phone, text: 'Could you please stop texting me at night?' })
  }
  await api('/suppressions', { json: { phone: '+12025550173', reason: 'asked by mail' } })
  for (const id of ['draft', 'held']) {
    await api(`/campaigns/${id}/leads`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: rows })
  }
  for (const move of ['start', 'pause']) await api(`/campaigns/held/${move}`, { method: 'POST' })

  await eventually(async () => {
    const { journeys } = await api<{ journeys: { leadId: string; state: string }[] }>('/journeys?campaign=roof')
    const states = Object.fromEntries(journeys.map(({ leadId, state }) => [leadId, state]))
    expect(states).toMatchObject({ odd_1: 'parked', odd_2: 'parked', live_1: 'in_call' })
    expect(journeys.filter(isOver)).toHaveLength(4)
    expect((await api<{ suppressions: unknown[] }>('/suppressions?inferred=true')).suppressions).toHaveLength(2)
  })
  await api('/replays', { json: { filter: { kind: 'pixel' }, perSecond: 0.001 } })
  return stage
}
