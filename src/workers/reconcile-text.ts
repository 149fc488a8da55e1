import { segmentsOf } from '../campaigns/sms-segments.ts'
import { RejectedError } from '../errors.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect, Journey } from '../ledger/journey.ts'
import { leadIdAt } from '../ledger/lead-at.ts'
import { confirmDone } from '../ledger/resolve.ts'
import { textCandidates, unexplained } from './candidates.ts'
import type { Finding, ReconcileParts } from './reconcile-effect.ts'
import type { StepContext } from './step-job.ts'

/** Journeys of one number that are asked whether they sent the same words; more would be a number of nobody's. */
const MAX_SIBLINGS = 50

/**
 * Looks for a text in the vendor's threads with the lead: a message by the API with these words since the intent, that
 * is not another text of ours.
 */
export async function reconcileText(parts: ReconcileParts, context: StepContext, effect: Effect): Promise<Finding> {
  const { journey, campaign, signal } = context
  const text = journey.private.texts?.[effect.key]
  const act = campaign.followUps.find(({ id }) => id === effect.rule)?.act
  if (text === undefined) return { found: 'nothing_to_look_at' }

  const via = act?.kind === 'sms' ? act.via : campaign.provider
  const leadId = leadIdAt(journey, via)
  if (leadId === undefined) return { found: 'nothing_to_look_at' }
  const provider = parts.provider(via)
  const from = (effect.intendedAt ?? 0) - campaign.reconcile.skewMs
  let candidates: ReturnType<typeof textCandidates>
  try {
    candidates = textCandidates(await provider.listInteractions(leadId, { signal }), { text, from })
  } catch (error) {
    if (!(error instanceof RejectedError) || error.code !== 'NOT_FOUND') throw error
    candidates = []
  }
  const known = await sentElsewhere(parts.ledger, journey, effect, { text, from })
  for (const candidate of unexplained(candidates, known)) {
    // Each message answers one question only.
    if (!(await parts.ledger.leads.mark(`text:${candidate.id}`, effect.key))) continue
    const { interactionId } = candidate
    return {
      found: 'one',
      close: (draft, open) =>
        confirmDone(draft, open, { interactionId, ...segmentsOf(text) }, "found in the vendor's thread"),
    }
  }
  return { found: 'none' }
}

/** When other effects surely sent the same words to this number since then, ms. */
async function sentElsewhere(
  ledger: Ledger,
  journey: Journey,
  effect: Effect,
  trace: { text: string; from: number },
): Promise<number[]> {
  const ids = journey.private.phone === undefined ? [] : await ledger.search.journeysOfPhone(journey.private.phone)
  const others = ids.filter(id => id !== journey.id).slice(0, MAX_SIBLINGS)
  const siblings = [journey, ...(await Promise.all(others.map(id => ledger.journeys.load(id))))]
  return siblings.flatMap(sibling =>
    (sibling?.effects ?? []).flatMap(({ key, state, endedAt, result }) => {
      const isSame = key !== effect.key && sibling?.private.texts?.[key] === trace.text
      const isKnown = state === 'done' && result?.['messageId'] !== undefined && (endedAt ?? 0) >= trace.from
      return isSame && isKnown ? [endedAt ?? 0] : []
    }),
  )
}
