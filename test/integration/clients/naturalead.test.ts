import { describe, expect, it } from 'vitest'
import type { NaturaLead } from '../../../src/clients/naturalead.ts'
import { errorOfCall } from './calls.ts'
import { conversation, lead, listedConversations } from './naturalead-samples.ts'
import { answered, connect, list, read, send, start } from './naturalead-vendor.ts'
import { serve } from './servers.ts'

const at = Date.parse('2023-11-07T05:31:56Z')

describe('the printed answers', () => {
  const printed = {
    interactionId: '665f1a2b3c4d5e6f7a8b9c0d',
    leadId: '<string>',
    campaignId: '<string>',
    type: 'whatsapp',
    account: 'whatsapp',
    status: 'active',
    live: true,
    phone: '<string>',
    spokenTo: false,
    summary: '<string>',
    extracted: { stage: '<string>', qualificationReason: '<string>' },
    messages: [{ at, role: 'agent', text: '<string>' }],
    createdAt: at,
    updatedAt: at,
  }

  it('are read', async () => {
    expect(await answered(200, conversation, read)).toStrictEqual(printed)
    expect(await answered(200, listedConversations, list)).toStrictEqual([printed])
    expect(await answered(201, conversation, start)).toStrictEqual({ interactionId: '665f1a2b3c4d5e6f7a8b9c0d' })
    expect(await answered(200, conversation, send)).toBeUndefined()
  })

  it.each([
    ['active', { qualified: true, reason: 'r' }, 'active', true],
    ['completed', { qualified: true, reason: 'r' }, 'qualified', false],
    ['completed', { qualified: false, reason: 'r' }, 'disqualified', false],
    ['completed', { reason: 'r' }, 'completed', false],
    ['completed', null, 'completed', false],
    ['completed', undefined, 'completed', false],
    ['handed_off', { qualified: true, reason: 'r' }, 'handed_off', false],
    ['dropped', undefined, 'dropped', false],
    ['Completed', { qualified: 'true' }, 'qualified', false],
    ['archived', undefined, 'archived', false],
  ])('of status %s with %j are %s, live: %s', async (status, qualificationResult, expected, live) => {
    const seen = await answered(200, { ...conversation, status, qualificationResult }, read)
    expect([seen.status, seen.live]).toEqual([expected, live])
  })

  it.each([
    ['agent', false],
    ['Agent', false],
    ['assistant', false],
    ['system', false],
    ['user', true],
    ['lead', true],
    ['whoever', true],
  ])('of a message of the role %s say that the lead wrote: %s', async (role, wrote) => {
    const seen = await answered(200, { ...conversation, messages: [{ role, content: ' STOP ' }] }, read)
    expect(seen.spokenTo).toBe(wrote)
    expect(seen.messages).toEqual([{ role, text: ' STOP ', ...(wrote && { source: 'inbound' }) }])
  })

  it('are read whatever is missing, new or of another type; without id, lead or status they are not', async () => {
    const bare = { _id: 'c1', leadId: 7, status: 'active' }
    expect(await answered(200, { ...bare, messages: [null, 1, {}], channel: 5, more: [] }, read)).toMatchObject({
      ...{ interactionId: 'c1', leadId: '7', type: '5', live: true, spokenTo: true, extracted: {} },
      messages: [{ role: 'unknown', text: '' }],
    })
    expect(await answered(200, { ...bare, messages: 'none', qualificationResult: 'yes' }, read)).toMatchObject({
      messages: [],
      type: 'conversation',
    })
    for (const name of ['_id', 'leadId', 'status']) {
      const error = await errorOfCall(answered(200, { ...bare, [name]: null }, read))
      expect(error).toMatchObject({ name: 'UnavailableError', code: 'BAD_ANSWER' })
    }
    // A list keeps what has no status, and is not read around what has no id.
    const all = (naturaLead: NaturaLead) => naturaLead.listInteractions('7')
    expect(await answered(200, [{ ...bare, status: null }], all)).toMatchObject([{ status: '', live: false }])
    expect(await errorOfCall(answered(200, [bare, { status: 'active' }], all))).toMatchObject({ code: 'BAD_ANSWER' })
  })
})

describe('requests', () => {
  it('are sent as the reference says, with the first key', async () => {
    await using server = await serve((response, _, { url, method }) => {
      const answers = method === 'GET' && url.includes('conversations?') ? [] : { ...conversation, id: 8, errors: [1] }
      response.end(JSON.stringify(method === 'GET' && url.endsWith('conversations') ? [] : answers))
    })
    await using naturaLead = connect(server)
    await start(naturaLead)
    for (const leadId of ['0', '012', 'lead_1', '12345678901234567890']) {
      await naturaLead.placeCall({ leadId, phone: '+1', channel: 'email' })
    }
    await naturaLead.getInteraction('a/../b')
    await naturaLead.listInteractions('7')
    await naturaLead.listInteractions('7', { phone: '+14155551234' })
    await naturaLead.listFound({ since: 0, until: 1 })
    await send(naturaLead)
    await naturaLead.updateStatus('c1', 'handed_off')
    const { phone } = lead
    const created = { firstName: 'Ann', lastName: 'Lee', email: 'a@b.co', phone }
    expect(await naturaLead.createLead(created)).toEqual({ leadId: '8' })
    expect(await naturaLead.syncLeads([{ externalId: 'crm-1', phone, name: 'Ann' }])).toEqual({ failed: 1 })

    expect(
      server.seen.map(({ method, url, body }) => [`${method} ${url.slice('/api'.length)}`, body && JSON.parse(body)]),
    ).toEqual([
      ['POST /conversations/start', { leadId: 7, channel: 'whatsapp' }],
      ['POST /conversations/start', { leadId: 0, channel: 'email' }],
      ['POST /conversations/start', { leadId: '012', channel: 'email' }],
      ['POST /conversations/start', { leadId: 'lead_1', channel: 'email' }],
      ['POST /conversations/start', { leadId: '12345678901234567890', channel: 'email' }],
      ['GET /conversations/a%2F..%2Fb', ''],
      ['GET /conversations', ''],
      ['GET /conversations?search=14155551234', ''],
      ['GET /conversations', ''],
      ['GET /conversations', ''],
      ['POST /conversations/c1/send', { message: 'Hi' }],
      ['PATCH /conversations/c1/status', { status: 'handed_off' }],
      ['POST /leads', { phone, name: 'Ann Lee', email: 'a@b.co' }],
      ['POST /leads/sync', { leads: [{ lead_id: 'crm-1', phone, name: 'Ann' }] }],
    ])
    expect(new Set(server.seen.map(({ headers }) => headers['x-api-key']))).toEqual(new Set(['nl_live_0123456789']))
    expect(server.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true)
  })

  it('need a key, a channel, and 1 to 100 leads of a sync', async () => {
    expect(() => connect({ url: 'http://127.0.0.1' }, [])).toThrow(RangeError)
    await using naturaLead = connect({ url: 'http://127.0.0.1:1' })
    const error = await errorOfCall(naturaLead.placeCall({ leadId: '7', phone: '+1' }))
    expect(error).toMatchObject({ name: 'RejectedError', code: 'NO_CHANNEL' })
    const many = Array.from({ length: 101 }, (_, index) => ({ externalId: `${index}`, phone: '+1' }))
    for (const leads of [[], many]) await expect(naturaLead.syncLeads(leads)).rejects.toThrow(RangeError)
  })
})

describe('lists', () => {
  const listed = [
    { ...conversation, _id: 'old', leadId: 7, createdAt: '2026-11-01T00:00:00Z' },
    { ...conversation, _id: 'other', leadId: '70', createdAt: '2026-11-02T00:00:00Z' },
    { ...conversation, _id: 'new', leadId: '7', createdAt: '2026-11-03T00:00:00Z' },
  ]
  const since = Date.parse('2026-11-01T00:00:00Z')
  const until = Date.parse('2026-11-02T00:00:00Z')

  it("hold the lead's own, newest first, whether its id is a number or text", async () => {
    const found = await answered(200, listed, naturaLead => naturaLead.listInteractions('7'))
    expect(found.map(({ interactionId }) => interactionId)).toEqual(['new', 'old'])
  })

  it("are asked for whole when the search by number shows nothing of the lead's", async () => {
    await using server = await serve((response, _, { url }) => {
      response.end(JSON.stringify(url.includes('search') ? [listed[1]] : listed))
    })
    await using naturaLead = connect(server)
    expect(await naturaLead.listInteractions('7', { phone: '+14155551234' })).toHaveLength(2)
    expect(await naturaLead.listInteractions('70', { phone: '+14155551234' })).toHaveLength(1)
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/api/conversations?search=14155551234',
      '/api/conversations',
      '/api/conversations?search=14155551234',
    ])
  })

  it('of what was found hold those of the span, both ends included, oldest first', async () => {
    const undated = { ...conversation, _id: 'undated', createdAt: null }
    const find = (naturaLead: NaturaLead) => naturaLead.listFound({ since, until })
    const { interactions, ...rest } = await answered(200, [...listed, undated].reverse(), find)
    expect(interactions.map(({ interactionId }) => interactionId)).toEqual(['old', 'other'])
    expect(rest).toEqual({})
  })
})
