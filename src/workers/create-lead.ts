import { carryOptOuts } from '../intake/carry-opt-outs.ts'
import { stopDialing } from '../ledger/effects.ts'
import { createdMark, leadKey, nameLead } from '../ledger/new-lead.ts'
import { guardCall } from '../ledger/people.ts'
import { able } from './able.ts'
import { stepBackoff } from './backoff.ts'
import { type CallParts, mayDial, passGates } from './dial-gates.ts'
import { performEffect } from './perform-effect.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

/**
 * The turn that created the lead goes on to the call. Should it die in between, the call comes due by itself: later than
 * a turn that lives waits for its account's budget, so that the two do not meet.
 */
const GO_ON_MS = 5_000

/** What came of it: the same turn, for a lead that the vendor knows now, or how the turn ended. */
export type Created = { context: StepContext } | { settled: Settled }

/**
 * Tells the vendor of a lead it does not know, as an effect of its own before the first call. It passes the gates of a
 * call: under a pause, outside the window or for a suppressed number nobody is created.
 */
export async function createLead(parts: CallParts, context: StepContext): Promise<Created> {
  const { ledger, clock } = parts
  const { journey, campaign, step } = context
  const key = leadKey(journey.id)
  const provider = able(parts.provider(campaign.provider), campaign.provider, 'createLead')
  const settled = await passGates(parts, context, rules =>
    performEffect(parts, context, {
      effectKey: key,
      step,
      backoff: stepBackoff,
      intend: draft => guardCall(draft, rules),
      lastLook: () => mayDial(parts, context),
      budget: { port: provider, purpose: 'dial' },
      async request(options) {
        const { leadId } = await provider.createLead(newLead(context), options)
        // Before the journey says so: dying in between leaves a lead that leads to its journey, never one that does not.
        await ledger.leads.mark(createdMark(leadId), key)
        await ledger.leads.assign({ leadId, campaign: journey.campaign, journeyId: journey.id })
        if (journey.private.phone !== undefined) await carryOptOuts(parts, leadId, journey.private.phone)
        return { leadId }
      },
      done(draft, { leadId }) {
        const effect = draft.effect(key)
        if (effect !== undefined) nameLead(draft, effect, leadId, draft.now + GO_ON_MS)
        return { leadId }
      },
      refused: draft => stopDialing(draft, 'refused', draft.effect(key)?.error?.code),
    }),
  )
  const after = settled.result === 'done' ? await ledger.journeys.load(journey.id) : undefined
  const call = after?.steps.find(({ kind, ref }) => kind === step.kind && ref === step.ref)
  if (after === undefined || call === undefined) return { settled: { ...settled, effect: key } }
  return { context: { ...context, journey: after, step: call, now: clock.now() } }
}

function newLead({ journey, campaign }: StepContext) {
  const { firstName = '', lastName = '', email = '', phone = '' } = journey.private
  return { campaignId: campaign.account.campaignId ?? '', firstName, lastName, email, phone }
}
