import { z } from 'zod'
import type { LeadOrder } from '../leadsail/control.ts'
import { numberOf, personOf } from '../leadsail/people.ts'
import type { PartOptions } from '../part.ts'
import type { TruthWrite } from '../truth.ts'
import { notFound, Refusal } from './refusals.ts'

export interface LeadRecord {
  id: number
  name: string
  phone: string
  email?: string | undefined
  status: 'new' | 'contacted' | 'qualified' | 'disqualified'
  tags: readonly string[]
  externalId?: string | undefined
  createdAt: number
  updatedAt: number
  lastContactedAt?: number
}

export const CreateLeadBody = z.strictObject({
  phone: z.string().min(5),
  name: z.string().default(''),
  email: z.email().optional(),
  tags: z.array(z.string()).default([]),
})
export const PatchLeadBody = z.object({
  name: z.string().optional(),
  phone: z.string().min(5).optional(),
  email: z.email().optional(),
  status: z.enum(['new', 'contacted', 'qualified', 'disqualified']).optional(),
  tags: z.array(z.string()).optional(),
})
const MAX_SYNC = 100
const SyncedLead = CreateLeadBody.omit({ tags: true }).extend({ lead_id: z.string().min(1) })
export const SyncBody = z.object({ leads: z.array(z.unknown()).min(1).max(MAX_SYNC) })
export const UnsyncBody = z.object({ lead_ids: z.array(z.string()).min(1).max(MAX_SYNC) })

export type Leads = ReturnType<typeof createLeads>

/** The leads of the account: an id is a whole number, and a number belongs to one lead. */
export function createLeads({ seed, now, settings }: Pick<PartOptions, 'seed' | 'now' | 'settings'>) {
  const byId = new Map<number, LeadRecord>()
  const writes: TruthWrite[] = []
  const all = () => [...byId.values()].sort((a, b) => a.id - b.id)
  const holderOf = (phone: string) => [...byId.values()].find(lead => lead.phone === phone)

  function note({ id }: Pick<LeadRecord, 'id'>, fields: Record<string, unknown>, created = false): void {
    writes.push({ vendor: 'naturalead', kind: 'lead', id: String(id), fields, at: now(), ...(created && { created }) })
  }

  function add(id: number, given: Partial<LeadRecord>): LeadRecord {
    const { firstName, lastName, email } = personOf(seed, String(id))
    const phone = given.phone ?? numberOf(seed, String(id), taken => holderOf(taken) !== undefined).phone
    const made = { id, name: `${firstName} ${lastName}`, phone, email, status: 'new' as const, tags: [] }
    const lead = { ...made, createdAt: now(), updatedAt: now(), ...given }
    byId.set(id, lead)
    return lead
  }

  /** Throws the refusal of a number that another lead has. */
  function assertFree(phone: string | undefined, own?: LeadRecord): void {
    const holder = phone === undefined ? undefined : holderOf(phone)
    if (holder !== undefined && holder !== own) throw new Refusal(409, 'A lead with this phone already exists')
  }

  const nextId = () => Math.max(0, ...byId.keys()) + 1

  function find(id: string): LeadRecord {
    const number = /^\d{1,9}$/.test(id) ? Number(id) : 0
    const lead = byId.get(number)
    if (lead !== undefined) return lead
    if (number === 0 || !settings.current.autoCreateLeads) throw notFound('Lead')
    return add(number, {})
  }

  function syncOne(given: unknown): 'created' | 'updated' {
    const { lead_id: externalId, ...fields } = SyncedLead.parse(given)
    const known = all().find(lead => lead.externalId === externalId)
    assertFree(fields.phone, known)
    if (known !== undefined) Object.assign(known, fields, { updatedAt: now() })
    const lead = known ?? add(nextId(), { ...fields, externalId })
    note(lead, fields, known === undefined)
    return known === undefined ? 'created' : 'updated'
  }

  return {
    /** Throws 404; a whole number that nobody has named exists where the control allows it. */
    find,
    all,

    search(words: string): LeadRecord[] {
      const wanted = words.toLowerCase()
      return all().filter(({ name, phone, email = '' }) => `${name} ${phone} ${email}`.toLowerCase().includes(wanted))
    },

    create(fields: z.output<typeof CreateLeadBody>): LeadRecord {
      assertFree(fields.phone)
      const lead = add(nextId(), { email: undefined, ...fields })
      note(lead, fields, true)
      return lead
    },

    change(id: string, fields: z.output<typeof PatchLeadBody>): LeadRecord {
      const lead = find(id)
      assertFree(fields.phone, lead)
      Object.assign(lead, fields, { updatedAt: now() })
      note(lead, fields)
      return lead
    },

    remove: (id: string): boolean => byId.delete(find(id).id),

    /** Each by itself: one that cannot be taken costs the others nothing. */
    sync(leads: readonly unknown[]) {
      const counts = { created: 0, updated: 0 }
      const errors: { index: number; error: string }[] = []
      for (const [index, given] of leads.entries()) {
        try {
          counts[syncOne(given)] += 1
        } catch (error) {
          errors.push({ index, error: error instanceof Refusal ? error.message : 'Invalid lead' })
        }
      }
      return { ...counts, errors }
    },

    unsync(externalIds: readonly string[]): { deleted: number } {
      const gone = all().filter(({ externalId }) => externalId !== undefined && externalIds.includes(externalId))
      for (const { id } of gone) byId.delete(id)
      return { deleted: gone.length }
    },

    /** An order of the control: only what has a whole number for an id can be a lead here. */
    put({ leadId, phone, email, firstName, lastName }: LeadOrder): void {
      if (!/^[1-9]\d{0,8}$/.test(leadId)) return
      const lead = byId.get(Number(leadId)) ?? add(Number(leadId), {})
      const name = [firstName, lastName].filter(Boolean).join(' ')
      Object.assign(lead, phone && { phone }, email && { email }, name !== '' && { name })
    },

    show({ createdAt, updatedAt, lastContactedAt, ...lead }: LeadRecord): Record<string, unknown> {
      return {
        ...lead,
        source: lead.externalId === undefined ? 'api' : 'sync',
        assignedAgentId: null,
        agentAssignedBy: 'auto',
        customFields: {},
        lastContactedAt: lastContactedAt === undefined ? null : new Date(lastContactedAt).toISOString(),
        createdAt: new Date(createdAt).toISOString(),
        updatedAt: new Date(updatedAt).toISOString(),
      }
    },
    writes: (): readonly TruthWrite[] => writes,
    reset(): void {
      byId.clear()
      writes.length = 0
    },
  }
}
