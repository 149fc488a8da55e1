import { type TruthConversion, tellConversions } from './conversions.ts'
import type { Faults } from './faults.ts'
import { highestLive, liveAt } from './live-calls.ts'
import type { RequestLog } from './request-log.ts'
import type { WebhookDelivery } from './webhook-sender.ts'

/** Instants are milliseconds since the epoch. An effect is here from the moment it was committed, answered or not. */
export interface TruthCall {
  vendor: string
  interactionId: string
  leadId: string
  /** The number that was called. */
  phone: string
  campaignId: string
  at: number
  /** `null`: never. */
  endsAt: number | null
  /** As of now; `outcome` is what it ends as. */
  status: string
  outcome: string
  test: boolean
  /** Dialed by the vendor's own dialer after a hand-over. */
  viaDialer?: boolean
  instructions?: string
}

export interface TruthText {
  vendor: string
  messageId: string
  leadId: string
  to: string
  from: string
  text: string
  at: number
  interactionId: string
  campaignId: string
}

export interface TruthPixel {
  vendor: string
  leadId: string
  pixelId: string
  platform: string
  eventName: string
  eventValue?: number
  currency?: string
  actionSource: string
  testEventCode?: string
  at: number
}

/** A lead that was handed over to the vendor's own dialer, each time that it was taken. */
export interface TruthHandOver {
  vendor: string
  leadId: string
  at: number
  /** When the dialer means to call first. */
  nextCallAt: number
}

/** A record that was made or changed by request: a lead, a submission, or how a conversation stands. */
export interface TruthWrite {
  vendor: string
  kind: 'lead' | 'submission' | 'conversation'
  id: string
  fields: Record<string, unknown>
  at: number
  /** It was not there before. */
  created?: boolean
}

/** What one vendor knows to have happened. */
export interface Facts {
  calls: TruthCall[]
  texts: TruthText[]
  pixels: TruthPixel[]
  writes: TruthWrite[]
  handOvers: TruthHandOver[]
  /** Calls that were not placed through the API. */
  foreignCalls: TruthCall[]
  /** Conversions that an ad platform received. */
  conversions: TruthConversion[]
}

const noFacts: Facts = {
  calls: [],
  texts: [],
  pixels: [],
  writes: [],
  handOvers: [],
  foreignCalls: [],
  conversions: [],
}

export interface TruthOptions {
  /** Lists only what happened at or after this instant. Live calls are always counted over everything. */
  since?: number
  /** `false` leaves the lists empty: counts are cheap to send, 100,000 calls are not. */
  lists?: boolean
}

export type Truth = ReturnType<typeof tellTruth>

/** The ground truth over all vendors: what happened, how often, and how much at once. */
export function tellTruth(
  sources: {
    facts: readonly Partial<Facts>[]
    requests: RequestLog
    faults: Faults
    webhooks: { pending: number; dropped: number; deliveries: readonly WebhookDelivery[] }
    now: number
  },
  { since = 0, lists = true }: TruthOptions = {},
) {
  const { requests, faults, webhooks, now } = sources
  const facts = sources.facts.map((fact): Facts => ({ ...noFacts, ...fact }))
  const calls = facts.flatMap(fact => fact.calls)
  const texts = facts.flatMap(fact => fact.texts)
  const pixels = facts.flatMap(fact => fact.pixels)
  const writes = facts.flatMap(fact => fact.writes)
  const handOvers = facts.flatMap(fact => fact.handOvers)
  const spans = calls.map(spanOf)
  const shown = <Item extends { at: number }>(items: readonly Item[]) =>
    lists ? items.filter(item => item.at >= since) : []
  return {
    now,
    calls: shown(calls),
    texts: shown(texts),
    pixels: shown(pixels),
    writes: shown(writes),
    handOvers: shown(handOvers),
    foreignCalls: shown(facts.flatMap(fact => fact.foreignCalls)),
    conversions: tellConversions(
      facts.flatMap(fact => fact.conversions),
      { since, lists },
    ),
    counts: { calls: calls.length, texts: texts.length, pixels: pixels.length, writes: writes.length },
    liveCalls: liveAt(spans, now),
    highestLiveCalls: highestLive(spans),
    campaigns: campaignsOf(calls, now),
    duplicates: lists
      ? {
          calls: overlapping(calls),
          texts: repeatedTexts(texts),
          pixels: repeatedPixels(pixels),
          handOvers: repeatedHandOvers(handOvers),
        }
      : null,
    requests: requests.counts(since),
    webhooks: { ...webhooks, deliveries: shown(webhooks.deliveries) },
    faults: faults.fired(),
  }
}

function spanOf(call: TruthCall) {
  return { at: call.at, endsAt: call.endsAt ?? Number.POSITIVE_INFINITY }
}

function campaignsOf(calls: readonly TruthCall[], now: number) {
  return Object.fromEntries(
    [...Map.groupBy(calls, call => call.campaignId)].map(([campaignId, own]) => {
      const spans = own.map(spanOf)
      return [campaignId, { calls: own.length, liveCalls: liveAt(spans, now), highestLiveCalls: highestLive(spans) }]
    }),
  )
}

/** Numbers that had two calls at once. */
function overlapping(calls: readonly TruthCall[]): { phone: string; interactionIds: string[] }[] {
  return [...Map.groupBy(calls, call => call.phone)]
    .filter(([, own]) => own.length > 1 && highestLive(own.map(spanOf)) > 1)
    .map(([phone, own]) => ({ phone, interactionIds: own.map(call => call.interactionId) }))
}

/** The same words to the same number more than once. */
function repeatedTexts(texts: readonly TruthText[]): { to: string; text: string; messageIds: string[] }[] {
  return [...Map.groupBy(texts, text => JSON.stringify([text.to, text.text])).values()].flatMap(same => {
    const [first] = same
    if (first === undefined || same.length === 1) return []
    return [{ to: first.to, text: first.text, messageIds: same.map(text => text.messageId) }]
  })
}

/** The same event of the same pixel for the same lead more than once. */
function repeatedPixels(pixels: readonly TruthPixel[]) {
  const keyOf = ({ platform, pixelId, eventName, leadId }: TruthPixel) =>
    JSON.stringify([platform, pixelId, eventName, leadId])
  return [...Map.groupBy(pixels, keyOf).values()].flatMap(same => {
    const [first] = same
    if (first === undefined || same.length === 1) return []
    const { leadId, pixelId, platform, eventName } = first
    return [{ leadId, pixelId, platform, eventName, times: same.length }]
  })
}

/** Leads that were handed over more than once. */
function repeatedHandOvers(handOvers: readonly TruthHandOver[]): { leadId: string; times: number }[] {
  return [...Map.groupBy(handOvers, ({ leadId }) => leadId)]
    .filter(([, own]) => own.length > 1)
    .map(([leadId, own]) => ({ leadId, times: own.length }))
}
