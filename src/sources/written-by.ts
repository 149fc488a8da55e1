/**
 * What LeadSail says of texts that did not come from the lead: a colleague wrote it by hand, a program or an agent sent
 * it, or the system noted it. A colleague's may carry the lead's role.
 * https://docs.dev.leadsail.app/docs/guides/conversations/sms-messaging
 */
const others: ReadonlySet<string> = new Set(['manual', 'api', 'sms_agent', 'system'])

/**
 * Whether a message of a thread was written by the lead. A source that nobody knows yet takes nothing from the role: an
 * opt-out must not be missed because a vendor has found a new word for where it came from.
 */
export function isWrittenByLead({ role, source }: { role?: string | undefined; source?: string | undefined }): boolean {
  const from = source?.trim().toLowerCase()
  if (from === 'inbound') return true
  return (from === undefined || !others.has(from)) && role?.trim().toLowerCase() === 'user'
}
