import { CALL_DAY_MS } from '../campaigns/attempt-budget.ts'
import type { CampaignBook } from '../campaigns/book.ts'
import { toE164 } from '../campaigns/phone.ts'
import type { Purpose } from '../clients/budget.ts'
import type { Interaction, Provider } from '../clients/ports.ts'
import type { Clock } from '../clock.ts'
import { hearLead } from '../intake/hear-lead.ts'
import { optOut } from '../intake/opt-out.ts'
import { shardOfJourney } from '../ledger/identity.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Journey } from '../ledger/journey.ts'
import { interactionsOf } from './interactions-of.ts'
import { callsOfLead, callsToLead, type SignText, textsOfLead } from './lead-signs.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

export interface HeedParts {
  ledger: Ledger
  campaigns: CampaignBook
  provider: (name: string) => Provider
  clock: Clock
  defaultCountry: string
}

/** A call this new may be the one that is being placed just now: its answer has not been written down. */
const BEING_PLACED_MS = 60_000

/**
 * Reads what the lead has done, right before it is texted, or called again, and acts upon it: an opt-out suppresses, a
 * reply or a call ends what the campaigns say, and calls by others count in the number's budget. One request. Where the
 * vendor cannot be asked it throws, and nothing is sent.
 * @returns how the step ended, where it did
 */
export async function heedLead(
  parts: HeedParts,
  context: StepContext,
  asked: { provider: string; leadId: string; purpose: Purpose },
): Promise<Settled | undefined> {
  const { journey, campaign, step, signal } = context
  // Who is not known there has done nothing there.
  if (asked.leadId === '') return undefined
  const provider = parts.provider(asked.provider)
  await heedRecord(parts, context, provider, asked)
  const permit = await provider.permit(asked.purpose, { signal })
  const { phone } = journey.private
  const known = phone === undefined ? {} : { phone }
  const listed = await interactionsOf(provider, asked.leadId, { signal, permit, ...known })

  const texts = textsOfLead(listed, journey.createdAt)
  const calls = callsOfLead(listed).filter(at => at >= journey.createdAt)
  // A budget looks back this far, or over the campaign's gap.
  const from = parts.clock.now() - Math.max(CALL_DAY_MS, campaign.dial.minGapMs)
  await countForeign(parts, journey, callsToLead(listed, from, provider.placesLater !== true))
  if (texts.length === 0 && calls.length === 0) return undefined

  const { leadId, private: details } = journey
  for (const [phone, written] of byNumber(parts, texts, details.phone)) {
    const by = `interaction ${written.at(-1)?.interactionId}`
    await hearLead(parts, { phone, leadId, texts: written }, by)
  }
  if (calls.length > 0) await hearLead(parts, { phone: details.phone, leadId, texts: [], calls }, 'interactions')

  const after = await parts.ledger.journeys.load(journey.id)
  const isThere = after?.steps.some(({ kind, ref }) => kind === step.kind && ref === step.ref)
  return isThere ? undefined : { result: 'called_off' }
}

/** What the vendor's record of the lead says against reaching them suppresses their number, by which the step is stopped. */
async function heedRecord(
  parts: HeedParts,
  { journey, signal }: StepContext,
  provider: Provider,
  { provider: name, leadId, purpose }: { provider: string; leadId: string; purpose: Purpose },
): Promise<void> {
  const { phone } = journey.private
  if (provider.keepsDoNotContact !== true || phone === undefined) return
  const permit = await provider.permit(purpose, { signal })
  const { doNotContact: channels = [] } = (await provider.getLead(leadId, { signal, permit })) ?? {}
  if (channels.length === 0) return
  await optOut(parts, { phone, channels, reason: `${name} says: do not contact` }, `lead ${leadId} at ${name}`)
}

/** Texts by the number they came from; where that cannot be read they are taken to be from the number we know. */
function byNumber(
  { defaultCountry }: HeedParts,
  texts: readonly SignText[],
  known: string | undefined,
): Map<string | undefined, SignText[]> {
  return Map.groupBy(texts, ({ phone }) => (phone === undefined ? known : (toE164(phone, defaultCountry) ?? known)))
}

/** Whoever else called the number used it up: a person at the vendor, another program. */
async function countForeign(
  { ledger, clock, defaultCountry }: HeedParts,
  journey: Journey,
  called: readonly (Interaction & { createdAt: number })[],
): Promise<void> {
  const own = new Set(journey.attempts.map(({ interactionId }) => interactionId))
  const others = called.filter(({ interactionId }) => !own.has(interactionId))
  if (others.length === 0) return
  const person = { id: journey.person, shard: shardOfJourney(journey.id) ?? '' }
  const { liveUntil = 0 } = await ledger.people.read(person)
  const isOpen = liveUntil > clock.now()
  for (const { interactionId, phone = '', createdAt } of others) {
    if (isOpen && createdAt > clock.now() - BEING_PLACED_MS) continue
    if ((await ledger.search.journeyOfInteraction(interactionId)) !== undefined) continue
    const number = toE164(phone, defaultCountry)
    const rung = number === undefined ? person : ledger.identity.person(number)
    await ledger.people.countForeign(rung, [{ name: interactionId, at: createdAt }])
  }
}
