import type { CampaignBook } from '../campaigns/book.ts'
import type { Outcome } from '../campaigns/vocabulary.ts'
import type { Clock } from '../clock.ts'
import type { Draft } from '../ledger/draft.ts'
import { planDial } from '../ledger/effects.ts'
import { endAttempt } from '../ledger/end-attempt.ts'
import { adoptHandOver, followDialer, handOverOf } from '../ledger/hand-over.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect, Journey } from '../ledger/journey.ts'
import { adoptLead, createdMark } from '../ledger/new-lead.ts'
import type { Page } from '../ledger/page.ts'
import { adoptCall, confirmDone, planAgain } from '../ledger/resolve.ts'
import { type JourneyView, journeyView } from './journey-view.ts'

/** An effect of which only a person can say whether it happened. */
export interface ParkedView {
  key: string
  kind: string
  rule: string
  journey: string
  campaign: string
  leadId: string
  since: string
  why: string
  /** The vendor's own record of it, as far as one is known. */
  interactionId?: string
}

export interface Decision {
  happened: boolean
  /** The call that was it, to be followed to its end. */
  interactionId?: string | undefined
  /** The vendor's id of a lead that was created: without it nobody can be called. */
  leadId?: string | undefined
  /** What a call came to, where the person knows. */
  outcome?: Outcome | undefined
  note?: string | undefined
}

export type Decided =
  | { result: 'decided'; journey: JourneyView }
  | { result: 'missing' }
  | { result: 'not_parked' }
  | { result: 'not_ours' }
  /** That a lead was created says nothing without its id. */
  | { result: 'needs_lead' }

export interface ParkedDesk {
  /** Longest parked first. */
  list(page: Page): Promise<{ parked: ParkedView[]; nextCursor?: string }>
  count(): Promise<number>
  decide(effectKey: string, decision: Decision, by: string): Promise<Decided>
}

/** All parked effects are read to find one whose key does not name its journey. */
const MAX_PARKED = 100_000

export function createParkedDesk(parts: { ledger: Ledger; campaigns: CampaignBook; clock: Clock }): ParkedDesk {
  const { ledger, campaigns, clock } = parts

  async function journeyOf(effectKey: string): Promise<string | undefined> {
    const named = /^(?:(?:call|sms|pixel):(jrn_[^:]+):|(?:lead|handover):(jrn_[^:]+)$)/
      .exec(effectKey)
      ?.slice(1)
      .find(Boolean)
    if (named !== undefined) return named
    const { items } = await ledger.search.parked({ limit: MAX_PARKED })
    return items.find(({ key }) => key === effectKey)?.journeyId
  }

  /** Whether the lead that a person names is nobody else's. What the index says of it holds whoever decides first. */
  async function claimLead(journey: Journey, effectKey: string, leadId: string): Promise<boolean> {
    const holder = await ledger.leads.holderOf(leadId, journey.campaign)
    const isFree = holder === undefined || holder === journey.id
    if (!isFree || !(await ledger.leads.mark(createdMark(leadId), effectKey))) return false
    await ledger.leads.assign({ leadId, campaign: journey.campaign, journeyId: journey.id })
    return true
  }

  return {
    count: () => ledger.search.parkedCount(),

    async list(page) {
      const { items, ...next } = await ledger.search.parked(page)
      const views = await Promise.all(
        items.map(async ({ journeyId, key, since }): Promise<ParkedView[]> => {
          const journey = await ledger.journeys.load(journeyId)
          const effect = journey?.effects.find(entry => entry.key === key)
          if (journey === undefined || effect === undefined) return []
          const { kind, rule, why = '' } = effect
          const { campaign, leadId } = journey
          const interactionId =
            kind === 'call'
              ? journey.attempts.find(attempt => String(attempt.number) === rule)?.interactionId
              : undefined
          const view = {
            key,
            kind,
            rule,
            journey: journeyId,
            campaign,
            leadId,
            since: new Date(since).toISOString(),
            why,
          }
          return [interactionId === undefined ? view : { ...view, interactionId }]
        }),
      )
      return { parked: views.flat(), ...next }
    },

    async decide(effectKey, decision, by) {
      const journeyId = await journeyOf(effectKey)
      if (journeyId === undefined) return { result: 'missing' }
      const { note, interactionId } = decision
      const asked = await ledger.journeys.load(journeyId)
      if (asked === undefined) return { result: 'missing' }
      const parked = asked.effects.find(({ key }) => key === effectKey)
      if (parked === undefined || !isOpen(parked)) return { result: 'not_parked' }
      if (parked.kind === 'lead' && decision.happened) {
        const { leadId } = decision
        if (leadId === undefined) return { result: 'needs_lead' }
        if (!(await claimLead(asked, effectKey, leadId))) return { result: 'not_ours' }
      }
      // A call belongs to one attempt: the one that has it, or the first that claims it.
      if (interactionId !== undefined && decision.happened && parked.kind !== 'lead') {
        const holder = await ledger.search.journeyOfInteraction(interactionId)
        const isFree = holder === undefined || holder === journeyId
        // Calls of the vendor's dialer are claimed for the hand-over that they came of.
        const owner = handOverOf(asked)?.key ?? effectKey
        if (!isFree || !(await ledger.leads.mark(`interaction:${interactionId}`, owner))) return { result: 'not_ours' }
      }
      const transition = await ledger.journeys.transition(journeyId, draft => {
        const effect = draft.effect(effectKey)
        if (effect === undefined || !isOpen(effect)) return false
        draft.note('effect.decided', { effect: effectKey, happened: decision.happened, by, ...(note ? { note } : {}) })
        close(draft, effect, decision, by)
        return undefined
      })
      if (transition.result === 'missing') return { result: 'missing' }
      if (transition.result !== 'committed') return { result: 'not_parked' }
      const what = decision.happened ? 'parked.happened' : 'parked.did_not_happen'
      // The note stands on the timeline, and goes with its lead; so does a key that is made of the lead's id.
      const subject = parked.kind === 'pixel' ? `pixel:${journeyId}:${parked.rule}` : effectKey
      await ledger.audit.note({ by, what, subject })
      return { result: 'decided', journey: journeyView(transition.journey, await ledger.journeys.timeline(journeyId)) }
    },
  }

  /** Waits for a person; or, of a hand-over, for a call that would tell, which a person need not wait for. */
  function isOpen({ kind, state, until = 0 }: Effect): boolean {
    return state === 'parked' || (kind === 'handover' && state === 'unknown' && until <= clock.now())
  }

  function close(draft: Draft, effect: Effect, decision: Decision, by: string): void {
    const how = `decided by ${by}`
    const attempt = effect.kind === 'call' ? draft.attempt(Number(effect.rule)) : undefined
    if (attempt === undefined) {
      const { happened, leadId } = decision
      if (effect.kind === 'lead' && happened && leadId !== undefined) adoptLead(draft, effect, leadId, how)
      else if (effect.kind === 'handover' && happened) adoptHandOver(draft, effect, { decided: true }, how)
      else if (happened) confirmDone(draft, effect, { decided: true }, how)
      else {
        // A person knows that no try has arrived.
        delete effect.unclearSince
        planAgain(draft, effect, draft.now, how)
      }
      return
    }
    const { interactionId = attempt.interactionId, outcome } = decision
    const isOver = attempt.state === 'ended'
    if (!decision.happened && !isOver) {
      planAgain(draft, effect, draft.now, how)
      return
    }
    if (decision.happened && !isOver && interactionId !== undefined && outcome === undefined) {
      adoptCall(draft, effect, { interactionId, placedAt: effect.intendedAt ?? draft.now }, how)
      return
    }
    confirmDone(draft, effect, { decided: true }, how)
    if (attempt.undecided) {
      // What the call came to is known; what the vendor extracted from it could not be read, and is asked for again.
      draft.plan('read', effect.rule, draft.now)
      return
    }
    if (!decision.happened) {
      // The vendor's record is there but the lead was not reached: the next attempt is the person's wish.
      if (handOverOf(draft.journey) !== undefined) followDialer(draft, draft.now)
      else if (draft.journey.stop === undefined) planDial(draft, attempt.number + 1, draft.now)
      return
    }
    const campaign = campaigns.get(draft.journey.campaign)
    if (campaign !== undefined && (outcome !== undefined || !isOver)) {
      const { status = '' } = attempt
      endAttempt(draft, attempt, campaign, { outcome: outcome ?? 'timed_out', status }, ledger.seal)
    }
  }
}
