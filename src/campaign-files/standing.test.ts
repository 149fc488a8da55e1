import { expect, test } from 'vitest'
import { type LoadedFile, loadCampaign } from '../campaigns/load.ts'
import { standingOf } from './standing.ts'

const file = (id: string, fields: Record<string, unknown> = {}): LoadedFile => {
  const name = `campaigns/${id}.yaml`
  const text = JSON.stringify({ id, name: id, provider: 'leadsail', account: { campaignId: 'HXZ' }, ...fields })
  const result = loadCampaign(text, name)
  if ('faults' in result) throw new Error(JSON.stringify(result.faults))
  return { file: name, text, campaign: result.campaign }
}
const inForce = (...files: LoadedFile[]) => new Map(files.map(entry => [entry.campaign.id, entry]))
const fault = (id: string) => ({ file: `campaigns/${id}.yaml`, line: 3, path: 'name', reason: 'is missing' })

test('every file is named with how it stands: in force, kept, gone or refused', () => {
  const faults = new Map(['roof', 'new'].map(id => [id, [fault(id)]]))
  const standing = standingOf(inForce(file('solar'), file('roof'), file('old')), { faults, removed: ['old'] })
  expect(standing.map(({ name, campaign, state, faults: own }) => [name, campaign, state, own.length])).toEqual([
    ['new.yaml', 'new', 'refused', 1],
    ['old.yaml', 'old', 'removed', 0],
    ['roof.yaml', 'roof', 'kept', 1],
    ['solar.yaml', 'solar', 'in_force', 0],
  ])
})

test('what is hardly meant so is told with its line', () => {
  const followUps = [{ id: 'never', when: { outcome: ['busy'] }, pixel: { via: 'meta', pixelId: '1', event: 'Lead' } }]
  const [standing] = standingOf(inForce(file('roof', { test: true, followUps })), { faults: new Map(), removed: [] })
  expect(standing?.warnings).toMatchObject([{ line: 1, path: 'followUps[0].pixel' }])
})
