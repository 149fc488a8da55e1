import { createLeadSail, type LeadSail } from '../../../src/clients/leadsail.ts'
import { systemClock } from '../../../src/clock.ts'
import { serveAnswer, type VendorServer } from './servers.ts'

export const connect = (server: VendorServer, apiKeys = ['ls_0123456789', 'ls_retiring']) =>
  createLeadSail({ baseUrl: `${server.url}/api/v1`, apiKeys, clock: systemClock })

/** What the client makes of this answer. */
export async function answered<T>(status: number, body: unknown, call: (leadSail: LeadSail) => Promise<T>): Promise<T> {
  await using server = await serveAnswer(status, body)
  await using leadSail = connect(server)
  return await call(leadSail)
}

export const success = (data: unknown) => ({ success: true, data })
export const call = { leadId: 'lead_abc123', phone: '+15550001111' }
export const text = { ...call, text: 'Hi' }
export const pixel = { leadId: 'lead_abc123', pixelId: '1', platform: 'facebook', event: 'Lead' } as const
export const place = (leadSail: LeadSail) => leadSail.placeCall(call)
export const read = (leadSail: LeadSail) => leadSail.getInteraction('int_abc123')
