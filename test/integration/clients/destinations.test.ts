import { describe, expect, it } from 'vitest'
import { createProviders } from '../../../src/clients/providers.ts'
import type { EventResult } from '../../../src/clients/receiver-ports.ts'
import { systemClock } from '../../../src/clock.ts'
import { at, conversion, conversions, person, sha256, told } from './conversion-events.ts'
import { noTokens, startDestinations } from './destinations.ts'

const vendors = ['meta', 'tiktok'] as const
/** `done`, or the name of the error. */
const nameOf = (result: EventResult) => (result.result === 'done' ? 'done' : result.error.name)
const requests = (counts: { byVendor: Record<string, { total: number }> }, vendor: string) =>
  counts.byVendor[vendor]?.total ?? 0

describe.each(vendors)('%s', vendor => {
  it('takes everything that may be known of a lead', async () => {
    const { simulator, [vendor]: port } = await startDestinations()
    const event = conversion('e1', { actionSource: 'website', person, value: 50, currency: 'USD' })
    expect(told(await port.fireEvents({ pixelId: '1', events: [event] }))).toEqual(['done'])
    expect(simulator.truth().conversions.events).toMatchObject([
      {
        vendor,
        pixelId: '1',
        eventName: 'Lead',
        eventId: 'e1',
        eventTime: Math.floor(at / 1_000) * 1_000,
        value: 50,
        currency: 'USD',
        page: 'https://quotes.example.com/start',
      },
    ])
  })

  it('takes what its record of a LeadSail lead holds', async () => {
    const {
      simulator,
      providers,
      [vendor]: port,
    } = await startDestinations({
      leads: [{ leadId: 'lead_1', phone: '+16505551212' }],
    })
    const lead = await providers.of('leadsail').getLead('lead_1')
    expect(Object.keys(lead?.attribution ?? {}).sort()).toEqual(
      ['captureUrl', 'fbc', 'fbclid', 'fbp', 'ipAddress', 'params', 'ttclid', 'ttp', 'userAgent'].sort(),
    )
    const event = conversion('e1', { person: { ...lead, externalId: 'lead_1' } })
    expect(told(await port.fireEvents({ pixelId: '1', events: [event] }))).toEqual(['done'])
    const [received] = simulator.truth().conversions.events
    expect(received?.userData).toMatchObject(
      vendor === 'meta'
        ? { external_id: [sha256('lead_1')], fbc: lead?.attribution?.fbc, fbp: lead?.attribution?.fbp }
        : { external_id: sha256('lead_1'), ttclid: lead?.attribution?.ttclid, ttp: lead?.attribution?.ttp },
    )
    expect(JSON.stringify(received)).not.toContain(lead?.email)
  })

  it('takes a full batch in one request', async () => {
    const { simulator, leaves, [vendor]: port } = await startDestinations()
    const results = await port.fireEvents({ pixelId: '1', events: conversions(port.maxEvents) })
    expect(new Set(told(results))).toEqual(new Set(['done']))
    const { conversions: received, requests: counts } = simulator.truth()
    expect(received.counts.events).toBe(port.maxEvents)
    expect([requests(counts, vendor), leaves[vendor]]).toEqual([1, 1])
  })

  it('isolates bad events, each request with leave, and takes every other event exactly once', async () => {
    const { simulator, leaves, [vendor]: port } = await startDestinations()
    const bad = new Set([3, 4, 41])
    const events = conversions(50).map((event, n) => (bad.has(n) ? { ...event, value: 5 } : event))
    const results = told(await port.fireEvents({ pixelId: '1', events }, { permit: await port.permit('pixel') }))
    const refusal = vendor === 'meta' ? 'RejectedError META_100' : 'RejectedError TIKTOK_40002'
    expect(results).toEqual(events.map((_, n) => (bad.has(n) ? refusal : 'done')))
    const { conversions: received, requests: counts } = simulator.truth()
    expect(received.counts).toEqual({ receipts: 47, events: 47, tests: 0 })
    expect(leaves[vendor]).toBe(requests(counts, vendor))
    expect(leaves[vendor]).toBeLessThan(1 + 2 * bad.size * 6)
  })

  it('keeps test events apart', async () => {
    const { simulator, [vendor]: port } = await startDestinations()
    await port.fireEvents({ pixelId: '1', testEventCode: 'T1', events: [conversion('e1')] })
    await port.fireEvents({ pixelId: '1', events: [conversion('e1')] })
    expect(simulator.truth().conversions).toMatchObject({
      events: [{ eventId: 'e1', isRepeat: false }],
      tests: [{ eventId: 'e1', testEventCode: 'T1' }],
    })
  })

  it.each([
    ['429', { kind: 'status', status: 429 }, 'RateLimitedError', 0],
    ['503 before', { kind: 'status', status: 503 }, 'UnknownOutcomeError', 0],
    ['503 after', { kind: 'status', status: 503, afterCommit: true }, 'UnknownOutcomeError', 1],
    ['a reset before', { kind: 'reset_before' }, 'UnknownOutcomeError', 0],
    ['a reset after', { kind: 'reset_after' }, 'UnknownOutcomeError', 1],
    ['half an answer', { kind: 'bad_json' }, 'UnknownOutcomeError', 1],
  ] as const)('may have taken an event unless it surely has not: %s', async (_, fault, error, taken) => {
    const { simulator, [vendor]: port } = await startDestinations({ faults: [{ ...fault, times: 1 }] })
    const events = [conversion('e1')]
    expect((await port.fireEvents({ pixelId: '1', events })).map(nameOf)).toEqual([error])
    expect(simulator.truth().conversions.counts.receipts).toBe(taken)
    expect((await port.fireEvents({ pixelId: '1', events })).map(nameOf)).toEqual(['done'])
    expect(simulator.truth().conversions).toMatchObject({
      counts: { receipts: taken + 1, events: 1 },
      repeats: taken === 0 ? [] : [{ vendor, eventId: 'e1', times: 2 }],
    })
  })

  it('pauses as a whole when it is throttled', async () => {
    const { simulator, [vendor]: port } = await startDestinations({
      faults: [{ kind: 'status', status: 429, retryAfter: 60, times: 1 }],
    })
    await port.fireEvents({ pixelId: '1', events: [conversion('e1')] })
    expect(told(await port.fireEvents({ pixelId: '2', events: [conversion('e2')] }))).toEqual([
      'RateLimitedError BUDGET',
    ])
    expect(requests(simulator.truth().requests, vendor)).toBe(1)
  })

  it('refuses a wrong token in a way that waits for a better one', async () => {
    const { simulator, [vendor]: port } = await startDestinations({ apiKeys: { [vendor]: 'another' } })
    expect(told(await port.fireEvents({ pixelId: '1', events: conversions(9) }))).toEqual(
      Array(9).fill('RejectedError UNAUTHORIZED'),
    )
    expect(requests(simulator.truth().requests, vendor)).toBe(1)
  })
})

describe('meta alone', () => {
  it('knows that a missing pixel is no fault of the events', async () => {
    const { simulator, meta } = await startDestinations({ meta: { pixels: ['1'] } })
    expect(told(await meta.fireEvents({ pixelId: '2', events: conversions(9) }))).toEqual(
      Array(9).fill('RejectedError NO_SUCH_PIXEL'),
    )
    expect(requests(simulator.truth().requests, 'meta')).toBe(1)
  })

  it('finds one bad event among a thousand without sending any other twice', async () => {
    const { simulator, meta } = await startDestinations()
    const events = conversions(1_000).map((event, n) => (n === 617 ? { ...event, value: 5 } : event))
    const results = told(await meta.fireEvents({ pixelId: '1', events }))
    expect(results.filter(result => result === 'done')).toHaveLength(999)
    expect(results[617]).toBe('RejectedError META_100')
    const { conversions: received, requests: counts } = simulator.truth()
    expect(received.counts).toEqual({ receipts: 999, events: 999, tests: 0 })
    expect(requests(counts, 'meta')).toBe(21)
  })
})

describe('destinations', () => {
  it('have a budget each, and start no request faster than it allows', async () => {
    const { simulator, meta, tiktok } = await startDestinations({ requestLog: true }, { requests: 1, perMs: 400 })
    const fire = (port: typeof meta, id: string) => port.fireEvents({ pixelId: '1', events: [conversion(id)] })
    const results = await Promise.all([fire(meta, 'a'), fire(meta, 'b'), fire(tiktok, 'a'), fire(tiktok, 'b')])
    expect(told(results.flat())).toEqual(Array(4).fill('done'))
    for (const vendor of vendors) {
      const [first = 0, second = 0] = simulator
        .requests()
        .filter(request => request.vendor === vendor)
        .map(request => request.at)
      // As far apart as 400 ms are when the first is held up on its way; without a budget they come together.
      expect(second - first).toBeGreaterThanOrEqual(200)
    }
  })

  it('that are not set up say which setting is missing', async () => {
    const rate = { requests: 1, perMs: 1_000 }
    const bare = { accessTokens: [], baseUrl: 'http://127.0.0.1:1', rate }
    const keyed = { apiKeys: [], baseUrl: bare.baseUrl, rate }
    const versions = { voice: '2021-04-15', contacts: '2021-07-28' }
    const leadconnector = { tokens: [], baseUrl: bare.baseUrl, versions, rate }
    const settings = { leadsail: keyed, leadconnector, naturalead: keyed, meta: bare, tiktok: bare }
    const noBudget = () => {
      throw new Error('nothing is set up')
    }
    const parts = { clock: systemClock, random: Math.random, budget: noBudget, tokens: noTokens }
    await using providers = createProviders(settings, parts)
    expect(providers.faultOf('meta')).toBe('META_ACCESS_TOKEN is not set')
    expect(() => providers.destination('tiktok')).toThrow('TIKTOK_ACCESS_TOKEN is not set')
    expect(() => providers.destination('leadsail')).toThrow('LEADSAIL_API_KEY is not set')
    expect(() => providers.destination('fax')).toThrow('fax is not supported by this version')
    expect(() => providers.of('naturalead')).toThrow('NATURALEAD_API_KEY is not set')
    expect(() => providers.of('leadconnector')).toThrow('LEADCONNECTOR_TOKEN is not set')
    const halfSet = { ...settings, leadconnector: { ...leadconnector, tokens: ['pit-token'] } }
    await using nowhere = createProviders(halfSet, parts)
    expect(nowhere.faultOf('leadconnector')).toBe('LEADCONNECTOR_LOCATION_ID is not set')
    expect(() => providers.of('fax')).toThrow('fax is not supported by this version')
  })

  it('are no providers of calls, nor providers ad platforms', async () => {
    const { providers } = await startDestinations()
    expect(() => providers.of('meta')).toThrow('meta is no provider of calls and texts')
    expect(() => providers.destination('leadsail')).toThrow('leadsail is no ad platform')
    expect([providers.faultOf('meta'), providers.ratePerSecond('tiktok')]).toEqual([undefined, 1_000])
  })

  it('closed send nothing more', async () => {
    const { simulator, providers, meta } = await startDestinations()
    await providers[Symbol.asyncDispose]()
    expect(told(await meta.fireEvents({ pixelId: '1', events: [conversion('e1')] }))).toEqual([
      'UnavailableError CLOSED',
    ])
    expect(requests(simulator.truth().requests, 'meta')).toBe(0)
  })
})
