import type { PartOptions } from '../part.ts'
import { hashOf, randomOf } from '../random.ts'
import type { Campaigns } from './campaigns.ts'
import type { ForeignCall, ScriptedCall } from './control.ts'
import { summaryOf, terminationOf } from './conversation.ts'
import { Refusal } from './envelope.ts'
import type { InteractionBook } from './interaction-book.ts'
import type { CallRecord } from './interactions.ts'
import type { LeadRecord, Leads } from './leads.ts'
import { drawLengthMs, drawStatus, isSpoken } from './outcomes.ts'

/** A call that is going to be made. */
export interface PlannedCall {
  lead: LeadRecord
  phone: string
  ownPhone: string
  campaignId: string
  direction: 'inbound' | 'outbound'
  at: number
  isTest: boolean
  via: 'api' | 'dialer'
  instructions?: string
}

export type Calls = ReturnType<typeof createCalls>

/** Makes calls, each with its whole future decided at once, so that a live call costs no timer. */
export function createCalls(
  options: Pick<PartOptions, 'seed' | 'now' | 'newId' | 'settings'> & {
    book: InteractionBook
    leads: Leads
    campaigns: Campaigns
  },
) {
  const { seed, now, newId, settings, book, leads, campaigns } = options
  const placed: CallRecord[] = []
  const foreign: CallRecord[] = []
  /** How many calls each lead has had, for its draws, and how far its script has come. */
  const counts = new Map<string, number>()
  const cursors = new Map<string, number>()

  /** The lead's next entry; the last one repeats. */
  function nextOfScript(leadId: string): ScriptedCall {
    const { scripts } = settings.current
    const script = scripts[leadId] ?? scripts['*']
    if (script === undefined) return {}
    const position = cursors.get(leadId) ?? 0
    cursors.set(leadId, position + 1)
    return script[Math.min(position, script.length - 1)] ?? {}
  }

  function place(planned: PlannedCall): CallRecord {
    const { lead, at } = planned
    const { timeScale, outcomes, lengths, summaryDelayMs } = settings.current
    const script = nextOfScript(lead.leadId)
    if (script.refuse !== undefined) {
      throw new Refusal(script.refuse.code, script.refuse.message, { status: script.refuse.status })
    }
    const count = counts.get(lead.leadId) ?? 0
    counts.set(lead.leadId, count + 1)
    const random = randomOf(seed, 'call', lead.leadId, count)
    const status = script.status ?? drawStatus(random, outcomes)
    const lengthMs = script.lengthMs ?? drawLengthMs(random, status, lengths)
    const endsAt = script.neverEnds === true ? Number.POSITIVE_INFINITY : Math.round(at + lengthMs / timeScale)
    const summaryMs = script.summary === null ? Number.POSITIVE_INFINITY : (script.summaryAfterMs ?? summaryDelayMs)
    const spokenTo = script.spokenTo ?? isSpoken(status)
    const words = { status, spokenTo, voice: hashOf(seed, 'voice', lead.leadId, count), ...firstNameOf(lead) }
    const call: CallRecord = {
      type: 'call',
      interactionId: newId('int'),
      leadId: lead.leadId,
      campaignId: planned.campaignId,
      phone: planned.phone,
      ownPhone: planned.ownPhone,
      direction: planned.direction,
      createdAt: at,
      endsAt,
      lengthMs,
      ...words,
      summaryAt: Math.round(endsAt + summaryMs / timeScale),
      summary: script.summary ?? summaryOf(words),
      terminationReason: script.terminationReason ?? terminationOf(words),
      isTest: planned.isTest,
      via: planned.via,
      ...(script.transcript && { transcript: script.transcript }),
      ...(script.errorCode !== undefined && { errorCode: script.errorCode }),
      ...(script.errorMessage !== undefined && { errorMessage: script.errorMessage }),
      ...(planned.instructions !== undefined && { instructions: planned.instructions }),
    }
    placed.push(call)
    book.add(lead, call)
    return call
  }

  function firstNameOf(lead: LeadRecord): { firstName: string } {
    return { firstName: String(leads.nameOf(lead).firstName) }
  }

  return {
    /** Throws the error of the lead's script when that says so. */
    place,

    /** Adds a call that the API's user did not place. */
    addForeign(order: ForeignCall, direction: 'inbound' | 'outbound'): void {
      const lead = leads.know(order.leadId, order.campaignId)
      const { status } = order
      const createdAt = now() - (order.createdAgoMs ?? 0)
      const lengthMs = order.lengthMs ?? 0
      const endsAt = status === 'in_progress' ? Number.POSITIVE_INFINITY : createdAt + lengthMs
      const words = {
        status,
        spokenTo: isSpoken(status),
        voice: hashOf(seed, 'foreign', lead.leadId),
        ...firstNameOf(lead),
      }
      const campaignId = order.campaignId ?? lead.campaignId
      const call: CallRecord = {
        type: 'call',
        interactionId: newId('int'),
        leadId: lead.leadId,
        campaignId,
        phone: order.phone ?? lead.phone ?? '',
        ownPhone: campaigns.ownNumberOf(campaignId),
        direction: order.direction ?? direction,
        createdAt,
        endsAt,
        lengthMs,
        ...words,
        summaryAt: endsAt,
        summary: summaryOf(words),
        terminationReason: terminationOf(words),
        isTest: false,
        via: 'foreign',
      }
      foreign.push(call)
      book.add(lead, call)
    },

    /** The next call to each of these leads takes the first entry of its script; `*`: to all without one of their own. */
    rewind(leadIds: readonly string[]): void {
      const { scripts } = settings.current
      const others = leadIds.includes('*') ? [...cursors.keys()].filter(leadId => !(leadId in scripts)) : []
      for (const leadId of [...leadIds, ...others]) cursors.delete(leadId)
    },
    placed: (): readonly CallRecord[] => placed,
    foreign: (): readonly CallRecord[] => foreign,
    reset(): void {
      placed.length = 0
      foreign.length = 0
      counts.clear()
      cursors.clear()
    },
  }
}
