import { describe, expect, it } from 'vitest'
import type { NaturaLead } from '../../../src/clients/naturalead.ts'
import { lead } from './naturalead-samples.ts'
import { answered, connect } from './naturalead-vendor.ts'
import { serve, serveAnswer } from './servers.ts'

describe('a lead', () => {
  const { id: _, ...rest } = lead
  const get = (naturaLead: NaturaLead) => naturaLead.getLead('7')
  const found = {
    ...{ leadId: '7', firstName: 'Jane', lastName: 'Anne Smith', phone: '+14155551234' },
    email: 'jane@example.com',
  }

  it.each([
    ['a bare list', [lead]],
    ['leads and total', { leads: [{ ...rest, id: 6 }, lead], total: 2 }],
    ['data and total', { data: [lead], total: 1, skip: 0, limit: 100 }],
  ])('is found in %s', async (_name, body) => {
    expect(await answered(200, body, get)).toEqual(found)
  })

  it('is searched by its number where that is known, and then page by page', async () => {
    const page = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...rest, id: from + index }))
    await using server = await serve((response, _, { url }) => {
      const skip = Number(new URL(url, 'http://x').searchParams.get('skip'))
      const leads = page(skip + 1, 100)
      response.end(JSON.stringify(url.includes('search') ? [] : { leads, total: 1_000 }))
    })
    await using naturaLead = connect(server)
    expect(await naturaLead.getLead('150', { phone: '+14155551234' })).toMatchObject({ leadId: '150' })
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/api/leads/search?q=14155551234&limit=100',
      '/api/leads?skip=0&limit=100',
      '/api/leads?skip=100&limit=100',
    ])
    // One that stands further back counts as unknown.
    expect(await naturaLead.getLead('900')).toBeUndefined()
    expect(server.seen).toHaveLength(3 + 5)
  })

  it.each([
    ['no leads', []],
    ['others alone', { leads: [{ ...rest, id: 8 }], total: 1 }],
    ['a page that is not full', [{ ...rest, id: 8 }]],
  ])('is unknown where there are %s', async (_name, body) => {
    await using server = await serveAnswer(200, body)
    await using naturaLead = connect(server)
    expect(await naturaLead.getLead('7')).toBeUndefined()
    expect(server.seen).toHaveLength(1)
  })

  it('is looked up by number for whoever wants to know whether it was created', async () => {
    const find = (naturaLead: NaturaLead) => naturaLead.findLeads({ campaignId: '', phone: '+14155551234' })
    const createdAt = Date.parse(lead.createdAt)
    expect(await answered(200, [lead], find)).toEqual({
      leads: [{ leadId: '7', phone: '+14155551234', createdAt }],
      isWhole: true,
    })
    const many = Array.from({ length: 100 }, (_, id) => ({ id }))
    expect(await answered(200, many, find)).toMatchObject({ isWhole: false })
  })
})
