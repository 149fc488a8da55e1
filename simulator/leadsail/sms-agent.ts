import type { PartOptions } from '../part.ts'
import type { Campaigns } from './campaigns.ts'
import { showInteraction, type ThreadRecord } from './interactions.ts'
import type { LeadRecord, Leads } from './leads.ts'
import { leadStatus } from './leads.ts'

/** How long LeadSail waits for more before it hands texts on. */
const USUAL_WINDOW_MS = 7_000

interface Batch {
  lead: LeadRecord
  thread: ThreadRecord
  texts: string[]
  timer: NodeJS.Timeout
}

export type SmsAgent = ReturnType<typeof createSmsAgent>

/** Hands texts of leads on to the SMS agent's URL, those that come soon after each other as one. */
export function createSmsAgent(
  options: Pick<PartOptions, 'now' | 'settings' | 'webhooks'> & { leads: Leads; campaigns: Campaigns },
) {
  const { now, settings, webhooks, leads, campaigns } = options
  const batches = new Map<ThreadRecord, Batch>()

  function send({ lead, thread, texts }: Batch): void {
    const { smsAgent } = settings.current.leadsail
    batches.delete(thread)
    if (!smsAgent) return
    const { firstName, lastName, email } = leads.nameOf(lead)
    const { interactionId, status, transcript } = showInteraction(thread, now())
    const campaign = campaigns.find(thread.campaignId)
    webhooks.send(
      'sms_agent.message',
      {
        message: {
          combinedText: texts.join('\n'),
          messageCount: texts.length,
          senderPhone: thread.phone,
          inboundPhone: thread.ownPhone,
        },
        lead: { leadId: lead.leadId, firstName, lastName, email, phone: lead.phone, status: leadStatus(lead, now()) },
        campaign: { campaignId: thread.campaignId, name: campaign.name, clientName: 'Client', offerName: 'Offer' },
        interaction: { interactionId, status, transcript },
        questionnaire: { knownInformation: [], informationToCollect: [] },
        tenantId: 'tenant_1',
        agentId: 'smsagent_1',
        timestamp: new Date(now()).toISOString(),
      },
      smsAgent,
    )
  }

  return {
    /** The lead has written. */
    hear(lead: LeadRecord, thread: ThreadRecord, text: string): void {
      const { smsAgent } = settings.current.leadsail
      if (!smsAgent) return
      const batch = batches.get(thread)
      if (batch !== undefined) {
        batch.texts.push(text)
        return
      }
      const windowMs = (smsAgent.windowMs ?? USUAL_WINDOW_MS) / settings.current.timeScale
      const opened: Batch = { lead, thread, texts: [text], timer: setTimeout(() => send(opened), windowMs) }
      opened.timer.unref()
      batches.set(thread, opened)
    },
    reset(): void {
      for (const { timer } of batches.values()) clearTimeout(timer)
      batches.clear()
    },
  }
}
