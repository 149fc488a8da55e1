import { expect, it } from 'vitest'
import { createLeadSail, type LeadSail } from '../../../src/clients/leadsail.ts'
import { systemClock } from '../../../src/clock.ts'
import { errorOfCall } from './calls.ts'
import { serve, serveAnswer, type VendorServer } from './servers.ts'

const connect = ({ url }: VendorServer) =>
  createLeadSail({ baseUrl: `${url}/api/v1`, apiKeys: ['ls_0123456789'], clock: systemClock })
const success = (data: unknown) => ({ success: true, data })

const sought = { campaignId: 'HXZ', phone: '+12125550123' }
const find = (leadSail: LeadSail) => leadSail.findLeads(sought)

it('leads are found by number and campaign, page after page', async () => {
  const pages = [
    {
      leads: [{ leadId: 'a', phone: '2125550123', createdAt: '2026-12-01T09:00:00Z' }],
      nextCursor: 'a',
      hasMore: true,
    },
    { leads: [{ leadId: 'b', contact: { phone: '+12125550123' }, createdAt: 'soon' }], hasMore: true },
    { leads: [{ leadId: 'c', phone: null }], nextCursor: null, hasMore: false },
  ]
  await using server = await serve(response => response.end(JSON.stringify(success(pages.shift()))))
  await using leadSail = connect(server)
  expect(await find(leadSail)).toStrictEqual({
    leads: [
      { leadId: 'a', phone: '2125550123', createdAt: Date.parse('2026-12-01T09:00:00Z') },
      { leadId: 'b', phone: '+12125550123' },
      { leadId: 'c' },
    ],
    isWhole: true,
  })
  const first = '/api/v1/leads?search=%2B12125550123&campaignIds=HXZ&limit=100'
  expect(server.seen.map(({ url }) => url)).toEqual([first, `${first}&cursor=a`, `${first}&cursor=b`])
})

it.each([
  ['goes on and on', (at: number) => ({ leads: [{ leadId: `l${at}` }], nextCursor: `l${at}`, hasMore: true }), 5],
  ['goes in circles', () => ({ leads: [{ leadId: 'a' }], nextCursor: 'a', hasMore: true }), 2],
  ['does not say where it goes on', () => ({ leads: [], hasMore: true }), 1],
])('a list that %s is not whole', async (_, pageAt, requests) => {
  let at = 0
  await using server = await serve(response => {
    at += 1
    response.end(JSON.stringify(success(pageAt(at))))
  })
  await using leadSail = connect(server)
  expect(await find(leadSail)).toMatchObject({ isWhole: false })
  expect(server.seen).toHaveLength(requests)
})

it('a lead without an id spoils the list: left out it would be created again', async () => {
  for (const [leads, found] of [
    [[{ leadId: 'a' }, { phone: '+12125550123' }], 'BAD_ANSWER'],
    [[], { leads: [], isWhole: true }],
  ] as const) {
    await using server = await serveAnswer(200, success({ leads, hasMore: false }))
    await using leadSail = connect(server)
    if (found === 'BAD_ANSWER') expect(await errorOfCall(find(leadSail))).toMatchObject({ code: found })
    else expect(await find(leadSail)).toStrictEqual(found)
  }
})
