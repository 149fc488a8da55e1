import type { Journey } from './journey.ts'

/** Under which id a provider knows the lead, where that is not the journey's own: `fields.<provider>LeadId` says. */
export function leadIdAt(
  { provider, leadId, private: { fields } }: Pick<Journey, 'provider' | 'leadId' | 'private'>,
  via: string,
): string | undefined {
  if (via === provider) return leadId
  const named = fields?.[fieldOf(via)]?.trim()
  return named === undefined || named === '' ? undefined : named
}

/** Why nothing can be done through a provider that does not know the lead. */
export function notKnownAt(via: string): string {
  return `the lead is not known at ${via}: fields.${fieldOf(via)} is missing`
}

function fieldOf(via: string): string {
  return `${via}LeadId`
}
