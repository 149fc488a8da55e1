import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { pixelCampaign, plantEffects } from '../../support/planted-effects.ts'
import { isOver, startStage } from '../../support/stage.ts'

const unknowable = { match: { path: '/pixels/fire' }, kind: 'status' as const, status: 503 }

const of = (text: string) => Buffer.from(text).toString('base64url')
const refusal = 'cursor: no list has given this cursor; leave it away for the first page'

test('a cursor that no list has given is refused: its first page would be taken for the next one', async () => {
  const stage = await startStage()
  const ask = (list: string, cursor: string) =>
    stage.api<{ detail: string }>(`/${list}?${new URLSearchParams({ cursor })}`)
  const given = { audit: '1795000000000-0', other: of('1795000000000 some_entry') }
  for (const list of ['journeys', 'events', 'failures', 'parked', 'suppressions', 'audit']) {
    for (const wrong of ['zzz', of('12'), '0-0', '99999999999999999999-0']) {
      const { status, body } = await ask(list, wrong)
      expect([list, wrong, status, body.detail]).toEqual([list, wrong, 400, refusal])
    }
    expect((await ask(list, list === 'audit' ? given.audit : given.other)).status).toBe(200)
    // A script begins like this.
    expect((await ask(list, '')).status).toBe(200)
  }
  for (const list of ['alerts', 'replays']) {
    expect((await ask(list, given.other)).body.detail).toBe(refusal)
    expect((await ask(list, '')).status).toBe(200)
  }
})

test('a word is no further filter of a lead, a number, a call or an event, and has one page', async () => {
  const stage = await startStage()
  for (const other of ['leadId=lead_2', 'phone=%2B12025550199', 'interactionId=int_2', 'eventId=api_2']) {
    const { status, body } = await stage.api<{ detail: string }>(`/journeys?q=lead_1&${other}`)
    expect([other, status, body.detail]).toEqual([
      other,
      400,
      'q: q goes with campaign, state and outcome only, and has one page',
    ])
  }
  expect((await stage.api(`/journeys?q=lead_1&cursor=${of('1795000000000 jrn')}`)).status).toBe(400)
  await stage.lead('lead_1', { phone: '+12025550123' })
  const found = async (query: string) =>
    (await stage.api<{ journeys: unknown[] }>(`/journeys?${query}`)).body.journeys.length
  await stage.journey('lead_1', isOver)
  expect(await found('q=lead_1')).toBe(1)
  expect(await found('q=%20lead_1%20&campaign=roof')).toBe(1)
  expect(await found('q=lead_2')).toBe(0)
  expect(await found('q=&leadId=lead_1')).toBe(1)
})

test('what waits for a decision is told page by page, longest parked first, each once', async () => {
  const stage = await startStage({ campaigns: [pixelCampaign], control: { faults: [unknowable] } })
  const ledger = await openLedger(stage.env, stage.clock)
  await plantEffects(ledger, 25, { now: stage.clock.now() })
  await eventually(async () => expect(await ledger.search.parkedCount()).toBe(25))

  const ask = async (query: string) =>
    (await stage.api<{ parked: { key: string; since: string }[]; nextCursor?: string }>(`/parked?${query}`)).body
  const whole = (await ask('limit=100')).parked
  const met: typeof whole = []
  let cursor: string | undefined = ''
  for (let pages = 1; cursor !== undefined; pages += 1) {
    const page = await ask(`limit=7&${new URLSearchParams({ cursor })}`)
    expect(page.parked).toHaveLength(pages < 4 ? 7 : 4)
    met.push(...page.parked)
    cursor = page.nextCursor
  }
  expect(met).toEqual(whole)
  expect(new Set(met.map(({ key }) => key)).size).toBe(25)
  const times = met.map(({ since }) => since)
  expect(times).toEqual(times.toSorted())
})
