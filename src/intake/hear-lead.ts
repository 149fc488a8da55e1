import type { CampaignBook } from '../campaigns/book.ts'
import { readOptOut, type Said } from '../campaigns/opt-out-words.ts'
import { toE164 } from '../campaigns/phone.ts'
import { type Doings, noteHeard } from '../ledger/heard.ts'
import type { Ledger } from '../ledger/index.ts'
import { type HeardWord, orderOf } from '../ledger/suppressions.ts'
import { carryOptOuts } from './carry-opt-outs.ts'

export interface HearParts {
  ledger: Ledger
  campaigns: CampaignBook
  defaultCountry: string
}

/** What a lead has done of its own accord, as an event tells it or the vendor's list shows it. */
export interface HeardLead {
  /** The number it came from. */
  phone?: string | undefined
  leadId?: string | undefined
  texts: readonly HeardText[]
  /** When the lead rang, ms. */
  calls?: readonly number[]
}

export interface HeardText {
  text: string
  /** When it was written, ms. */
  at: number
}

export interface Hearing {
  /** Journeys that it changed. */
  journeys: string[]
  /** The last word on being reached, where it was news. */
  said?: Said
  /** It is an opt-out of a lead of whom no number is known. */
  isOwed?: true
}

/** Journeys of one lead or number that are told; more would be a number of nobody's. */
const MAX_JOURNEYS = 50

/**
 * Acts upon what a lead has written or that it rang: an opt-out suppresses at once, START takes back what the same
 * number wrote, and a reply or a call ends what its journeys' campaigns say it ends. Hearing the same again, or hearing
 * late of something older, changes nothing.
 */
export async function hearLead(parts: HearParts, heard: HeardLead, by: string): Promise<Hearing> {
  const { ledger, defaultCountry } = parts
  const own = heard.phone === undefined ? undefined : toE164(heard.phone, defaultCountry)
  const words = lastWords(heard.texts)
  // The number that wrote comes first: nothing is looked up for it. Without one the lead does, before its journeys are
  // looked for: one that is opened just now asks for it once it can be found.
  const nameless = own === undefined && heard.leadId ? heard.leadId : undefined
  const asLead = nameless === undefined ? undefined : await heedWordsOfLead(ledger, words, nameless, by)
  const [asNumber, ids] = await Promise.all([heedWords(ledger, words, own, by), journeysOf(ledger, own, heard.leadId)])
  const others = await heedForOthers(ledger, { words, own, ids, nameless }, by)
  const said = others.news ?? asNumber ?? asLead

  const doings = doingsOf(heard)
  const isOptOut = said === 'stop'
  const journeys: string[] = []
  if (isOptOut || Object.keys(doings).length > 0) {
    for (const id of ids) if (await tellJourney(parts, id, doings, isOptOut)) journeys.push(id)
  }
  const isOwed = nameless !== undefined && said !== undefined && said !== 'start' && others.numbers === 0
  return { journeys, ...(said === undefined ? {} : { said }), ...(isOwed ? { isOwed } : {}) }
}

interface Word extends HeardText {
  said: Said
}

/**
 * What still holds of all that was said, oldest first: the last START, and the opt-out after it or at the same time. A
 * sure one is not made doubtful.
 */
function lastWords(texts: readonly HeardText[]): Word[] {
  const words = texts.flatMap(({ text, at }): Word[] => {
    const said = readOptOut(text)
    return said === undefined ? [] : [{ said, at, text }]
  })
  let start: Word | undefined
  let stop: Word | undefined
  for (const word of words.sort((a, b) => orderOf(a) - orderOf(b))) {
    const { said, at } = word
    if (said === 'start') [start, stop] = [word, undefined]
    else stop = stop?.said === 'stop' ? { ...stop, at: Math.max(stop.at, at) } : word
  }
  return [start, stop].filter(word => word !== undefined)
}

/** Only what was written counts as a reply; a keyword alone is a command. */
function doingsOf({ texts, calls = [] }: HeardLead): Doings {
  const replies = texts.filter(({ text }) => text.trim() !== '' && !['stop', 'start'].includes(readOptOut(text) ?? ''))
  const last = (instants: readonly number[]) => (instants.length === 0 ? undefined : Math.max(...instants))
  const [reply, rang] = [last(replies.map(({ at }) => at)), last(calls)]
  return { ...(reply === undefined ? {} : { reply }), ...(rang === undefined ? {} : { inbound_call: rang }) }
}

/** Writes down what a number has said. The last of it that was news. */
async function heedWords(
  { identity, suppressions }: Ledger,
  words: readonly Word[],
  phone: string | undefined,
  by: string,
): Promise<Said | undefined> {
  if (phone === undefined) return undefined
  const person = identity.person(phone)
  return heed(words, by, word => suppressions.hear(person, phone, word))
}

/** The same of a lead whose number nobody named. */
async function heedWordsOfLead(
  { leadOptOuts }: Ledger,
  words: readonly Word[],
  leadId: string,
  by: string,
): Promise<Said | undefined> {
  return heed(words, by, word => leadOptOuts.hear(leadId, word))
}

async function heed(
  words: readonly Word[],
  by: string,
  hear: (word: HeardWord) => Promise<'added' | 'released' | 'old'>,
): Promise<Said | undefined> {
  let news: Said | undefined
  for (const { said, at, text } of words) {
    if ((await hear({ said, at, words: text, reason: reasons[said], by })) !== 'old') news = said
  }
  return news
}

/**
 * An opt-out holds for every number that its lead is known by as well; a START for the number it came from alone, which
 * is the lead's only one where no number was named.
 * @returns how many numbers there are besides, and the last that was news to one
 */
async function heedForOthers(
  ledger: Ledger,
  heard: { words: readonly Word[]; own: string | undefined; ids: readonly string[]; nameless: string | undefined },
  by: string,
): Promise<{ numbers: number; news?: Said | undefined }> {
  const { words, own, ids, nameless } = heard
  if (words.length === 0) return { numbers: 0 }
  const loaded = await Promise.all(ids.map(id => ledger.journeys.load(id)))
  const known = new Set(loaded.flatMap(journey => journey?.private.phone ?? []))
  const named = new Set([...known].map(phone => ledger.identity.person(phone).id))
  const given = nameless === undefined ? [] : await ledger.leadOptOuts.givenTo(nameless)
  const past = given.filter(({ id }) => !named.has(id))
  const isOnlyOne = own === undefined && known.size + past.length === 1
  let news: Said | undefined
  for (const phone of known) {
    if (phone === own) continue
    const theirs = isOnlyOne ? words : words.filter(({ said }) => said !== 'start')
    news = (await heedWords(ledger, theirs, phone, by)) ?? news
    // It has been given what its lead was just written down to have said.
    if (nameless !== undefined) await carryOptOuts({ ledger }, nameless, phone)
  }
  const [person] = past
  const last = words.at(-1)
  if (isOnlyOne && person !== undefined && last?.said === 'start') {
    // Known by its hash alone, which is enough to let it go.
    news = (await heed([last], by, word => ledger.suppressions.hear(person, '', word))) ?? news
  }
  return { numbers: known.size, news }
}

const reasons: Record<Said, string> = {
  stop: 'opted out by text',
  stop_inferred: 'a text reads like an opt-out',
  start: 'opted in by text',
}

async function journeysOf(ledger: Ledger, phone: string | undefined, leadId: string | undefined): Promise<string[]> {
  const [byPhone, byLead] = await Promise.all([
    phone === undefined ? [] : ledger.search.journeysOfPhone(phone),
    leadId === undefined || leadId === '' ? [] : ledger.leads.journeysOf(leadId),
  ])
  return [...new Set([...byPhone.slice(0, MAX_JOURNEYS), ...byLead.slice(0, MAX_JOURNEYS)])]
}

async function tellJourney(parts: HearParts, id: string, doings: Doings, isOptOut: boolean): Promise<boolean> {
  const { result } = await parts.ledger.journeys.transition(id, draft =>
    noteHeard(draft, parts.campaigns.get(draft.journey.campaign), doings, isOptOut) ? undefined : false,
  )
  return result === 'committed'
}
