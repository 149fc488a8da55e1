import { randomUUID } from 'node:crypto'
import { plannedEffect } from '../../src/ledger/effects.ts'
import type { Ledger } from '../../src/ledger/index.ts'
import { listLeads } from './list-journeys.ts'
import { plainCampaign } from './stage.ts'

export const pixelRule = {
  id: 'lead-pixel',
  pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' },
}
const textRule = { id: 'thanks', sms: { text: 'Hi {{ lead.firstName }}, thanks.', window: '00:00-24:00' } }

/** What is lost shows soon, and nobody is called but by hand. */
export const pixelCampaign = {
  ...plainCampaign,
  trigger: {},
  reconcile: { grace: 'PT0.2S', looks: 1, skew: 'PT0.1S' },
  followUps: [pixelRule, textRule],
}

/** Journeys whose calls are over, each with one follow-up that is due. Answers their ids. */
export async function plantEffects(
  ledger: Ledger,
  count: number,
  options: { now: number; kind?: 'pixel' | 'sms'; campaign?: string; from?: number },
): Promise<string[]> {
  const { now, kind = 'pixel', campaign = 'roof', from = 0 } = options
  const rule = kind === 'pixel' ? pixelRule.id : textRule.id
  const ids: string[] = []
  const leads = listLeads(count, from)
  const plant = async (lead: (typeof leads)[number]) => {
    const person = ledger.identity.person(lead.phone)
    const eventId = `planted_${randomUUID()}`
    const id = ledger.identity.journeyId(person, eventId, campaign, '0')
    await ledger.leads.claim({ leadId: lead.leadId, campaign, journeyId: id })
    const journey = {
      ...{
        id,
        version: 1,
        campaign,
        provider: 'leadsail' as const,
        leadId: lead.leadId,
        person: person.id,
        test: false,
      },
      ...{
        eventId,
        joinedEvents: [],
        zones: ['America/New_York'],
        attempts: [],
        effects: [],
        steps: [],
        createdAt: now,
      },
      private: { phone: lead.phone, firstName: 'Ann', lastName: 'Lee' },
    }
    const opened = await ledger.journeys.open(
      journey,
      draft => {
        draft.note('journey.opened', { event: eventId, campaign })
        const key = `${kind}:${id}:${rule}`
        draft.journey.effects.push({ ...plannedEffect({ key, kind, rule, plannedAt: now }), dueAt: now })
        draft.plan(kind === 'pixel' ? 'fire' : 'text', rule, now)
        return undefined
      },
      undefined,
    )
    if (opened !== 'opened') throw new Error(`the journey of ${lead.leadId} was refused`)
    ids.push(id)
  }
  const AT_ONCE = 100
  for (let at = 0; at < leads.length; at += AT_ONCE) await Promise.all(leads.slice(at, at + AT_ONCE).map(plant))
  return ids
}
