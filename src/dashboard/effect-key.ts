/** What an effect's key says of it. */
export type EffectKey = { kind: string; rule: string } & (
  | { journeyId: string }
  /** A pixel that is fired once per lead belongs to no journey. */
  | { leadId: string }
)

/** `call:<journey>:<attempt>`, `lead:<journey>` and `handover:<journey>` (no rule of their own), or `pixel:<provider>/<leadId>:<campaign>/<rule>`; `undefined` for anything else. */
export function readEffectKey(key: string): EffectKey | undefined {
  const [, kind, journeyId, rule = ''] = /^([a-z]+):(jrn_[^:]+)(?::(.+))?$/s.exec(key) ?? []
  const isWhole = rule !== '' || kind === 'lead' || kind === 'handover'
  if (kind !== undefined && journeyId !== undefined && isWhole) return { kind, journeyId, rule }
  // A lead id may hold any character, so it is whatever the other parts leave.
  const [, other, leadId, ofLead] = /^([a-z]+):[^/]+\/(.+):[^:/]+\/([^:/]+)$/s.exec(key) ?? []
  if (other === undefined || leadId === undefined || ofLead === undefined) return undefined
  return { kind: other, leadId, rule: ofLead }
}
