import { createNaturaLead, type NaturaLead } from '../../../src/clients/naturalead.ts'
import { systemClock } from '../../../src/clock.ts'
import { serveAnswer, type VendorServer } from './servers.ts'

export const connect = (server: Pick<VendorServer, 'url'>, apiKeys = ['nl_live_0123456789', 'nl_live_retiring']) =>
  createNaturaLead({ baseUrl: `${server.url}/api`, apiKeys, clock: systemClock })

/** What the client makes of this answer. */
export async function answered<T>(
  status: number,
  body: unknown,
  call: (naturaLead: NaturaLead) => Promise<T>,
  headers: Record<string, string> = {},
): Promise<T> {
  await using server = await serveAnswer(status, body, headers)
  await using naturaLead = connect(server)
  return await call(naturaLead)
}

export const start = (naturaLead: NaturaLead) =>
  naturaLead.placeCall({ leadId: '7', phone: '+14155551234', channel: 'whatsapp' })
export const read = (naturaLead: NaturaLead) => naturaLead.getInteraction('665f1a2b3c4d5e6f7a8b9c0d')
export const list = (naturaLead: NaturaLead) => naturaLead.listInteractions('<string>')
export const send = (naturaLead: NaturaLead) => naturaLead.sendMessage('c1', 'Hi')
