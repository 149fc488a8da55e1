import type { Provider } from '../clients/ports.ts'
import { followExtracted } from '../ledger/follow-ups.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

/**
 * Reads what the vendor has extracted by the end of a call, once, for rules that depend on it. A look that fails comes
 * again like any other step; only what is never going to be answered goes to a person.
 */
export function createReadExtracted(parts: { ledger: Ledger; provider: (name: string) => Provider }) {
  return async ({ journey, campaign, step, signal }: StepContext): Promise<Settled> => {
    const provider = parts.provider(campaign.provider)
    // A vendor that keeps nothing beside its interactions has extracted nothing.
    const extracted = (await provider.readExtracted?.(journey.leadId, { signal })) ?? {}
    const { result } = await parts.ledger.journeys.transition(
      journey.id,
      draft => {
        const attempt = draft.attempt(Number(step.ref))
        if (draft.step('read', step.ref) === undefined || attempt === undefined) return false
        followExtracted(draft, attempt, campaign, extracted)
        return undefined
      },
      journey,
    )
    return { result: result === 'committed' ? 'read' : 'gone' }
  }
}
