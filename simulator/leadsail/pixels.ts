import type { z } from 'zod'
import type { TruthPixel } from '../truth.ts'
import type { PixelBody } from './bodies.ts'
import type { Leads } from './leads.ts'

/** Fires pixels: LeadSail takes the contact data from the lead, so all it needs is that the lead exists. */
export function createPixels({ now, leads }: { now: () => number; leads: Leads }) {
  const fired: TruthPixel[] = []
  return {
    fire(body: z.output<typeof PixelBody>) {
      const { leadId, pixelId, platform, eventName, eventValue, currency, actionSource, testEventCode } = body
      leads.find(leadId)
      fired.push({
        vendor: 'leadsail',
        leadId,
        pixelId,
        platform,
        eventName,
        ...(eventValue !== undefined && { eventValue }),
        ...(currency !== undefined && { currency }),
        actionSource,
        ...(testEventCode !== undefined && { testEventCode }),
        at: now(),
      })
      return { success: true, platform, eventName, pixelId, leadId }
    },
    fired: (): readonly TruthPixel[] => fired,
    reset(): void {
      fired.length = 0
    },
  }
}
