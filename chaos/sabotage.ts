import type { JourneySummary } from '../src/desk/journey-view.ts'
import type { Sent } from './sender.ts'
import type { Vendor } from './vendor.ts'

/** Breaks one promise of each kind behind the service's back, to see that the judge notices. */
export async function sabotage(vendor: Vendor, journeys: readonly JourneySummary[], sent: Sent): Promise<void> {
  await vendor.control({ faults: [] })
  const { texts, pixels } = await vendor.truth()
  const [journey] = journeys
  const [text] = texts
  const [pixel] = pixels
  if (journey === undefined || text === undefined || pixel === undefined) throw new Error('there is nothing to repeat')

  await act('/voice/calls/initiate', { leadId: journey.leadId, phone: '+12075550100', campaignId: 'CHAOS' })
  await act('/sms/send', { leadId: text.leadId, message: text.text, to: text.to })
  const { leadId, pixelId, platform, eventName } = pixel
  await act('/pixels/fire', { leadId, pixelId, platform, eventName })
  sent.accepted.set('chaos_nobody', 'standard_nobody')

  async function act(path: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json', 'x-api-key': 'chaos' }
    const answer = await fetch(`${vendor.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  }
}
