import { expect, test } from 'vitest'
import { type LoadedFile, loadCampaign } from '../campaigns/load.ts'
import { takeOver } from './take-over.ts'

const file = (id: string, fields: Record<string, unknown> = {}, ext = 'yaml'): LoadedFile => {
  const name = `campaigns/${id}.${ext}`
  const text = JSON.stringify({ id, name: id, provider: 'leadsail', account: { campaignId: 'HXZ' }, ...fields })
  const result = loadCampaign(text, name)
  if ('faults' in result) throw new Error(JSON.stringify(result.faults))
  return { file: name, text, campaign: result.campaign }
}
const inForce = (...files: LoadedFile[]) => new Map(files.map(entry => [entry.campaign.id, entry]))
const never = async () => undefined
const always = async () => ({ mode: 'dial', provider: 'leadsail' }) as const
const reading = (...loaded: LoadedFile[]) => ({ loaded, faults: [] })

test('the same files change nothing', async () => {
  const found = await takeOver(inForce(file('roof'), file('solar')), reading(file('roof'), file('solar')), always)
  expect(found).toEqual({ changed: [], faults: new Map(), removed: [] })
})

test('a new and a changed file are taken over, a removed one is told', async () => {
  const changed = file('roof', { name: 'New roofs' })
  const found = await takeOver(inForce(file('roof'), file('solar')), reading(changed, file('wind')), always)
  expect(found.changed.map(({ campaign }) => campaign.name)).toEqual(['New roofs', 'wind'])
  expect(found.removed).toEqual(['solar'])
})

test('a file with a fault changes nothing and is not gone', async () => {
  const fault = { file: 'campaigns/roof.yaml', line: 3, path: 'name', reason: 'is missing' }
  const found = await takeOver(inForce(file('roof')), { loaded: [], faults: [fault] }, always)
  expect(found).toEqual({ changed: [], faults: new Map([['roof', [fault]]]), removed: [] })
})

test('another mode or provider is refused where there are journeys, and taken where there are none', async () => {
  const handover = file('roof', { mode: 'handover' })
  const moved = file('roof', { provider: 'naturalead', account: { channel: 'whatsapp' } })
  for (const [next, path] of [
    [handover, 'mode'],
    [moved, 'provider'],
  ] as const) {
    const refused = await takeOver(inForce(file('roof')), reading(next), always)
    expect(refused.changed).toEqual([])
    expect(refused.faults.get('roof')).toMatchObject([{ path, line: 1 }])
    expect((await takeOver(inForce(file('roof')), reading(next), never)).changed).toEqual([next])
    // At a start nothing is in force.
    expect((await takeOver(inForce(), reading(next), always)).faults.get('roof')).toMatchObject([{ path, line: 1 }])
  }
  expect((await takeOver(inForce(), reading(file('roof')), always)).faults.size).toBe(0)
})

test('two modes for one vendor campaign are refused, whichever file is the later one', async () => {
  const handover = file('alpha', { mode: 'handover' })
  const found = await takeOver(inForce(file('roof')), reading(handover, file('roof')), never)
  expect(found.changed).toEqual([])
  expect(found.faults.get('alpha')).toMatchObject([{ path: 'mode', reason: expect.stringContaining('called twice') }])
})

test('files that fit only together are taken together', async () => {
  const next = [file('roof', { mode: 'handover' }), file('solar', { account: { campaignId: 'SUN' } })]
  const found = await takeOver(inForce(file('roof'), file('solar')), reading(...next), never)
  expect(found.changed).toEqual(next)
  expect(found.faults.size).toBe(0)
})

test('of two files for one campaign the one in force stays', async () => {
  const twin = file('roof', { name: 'Other roofs' }, 'yml')
  for (const loaded of [
    [twin, file('roof')],
    [file('roof'), twin],
  ]) {
    const found = await takeOver(inForce(file('roof')), reading(...loaded), never)
    expect(found.changed).toEqual([])
    expect(found.faults.get('roof')).toMatchObject([{ file: 'campaigns/roof.yml', path: 'id' }])
  }
})
