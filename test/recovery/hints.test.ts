import { expect, test } from 'vitest'
import type { TruthCall } from '../../simulator/truth.ts'
import type { JourneyView } from '../../src/desk/journey-view.ts'
import { eventually } from '../support/eventually.ts'
import { isOver, LEADSAIL_SECRET, plainCampaign, startStage } from '../support/stage.ts'

const isFull = process.env['TEST_SCALE'] === 'full'
const LEADS = Array.from({ length: isFull ? 120 : 25 }, (_, index) => `lead_${index}`)

const campaign = {
  ...plainCampaign,
  dial: {
    ...plainCampaign.dial,
    retry: { no_answer: ['PT0.1S', 'PT0.1S'], busy: ['PT0.1S'], voicemail: ['PT0.1S'], failed: ['PT0.1S'] },
    pace: { callsPerSecond: 200, maxLive: 200 },
  },
  poll: { first: 'PT0.1S', min: 'PT0.1S', max: 'PT0.2S', deadline: 'PT1H', settle: 'PT0.5S' },
  followUps: [
    { id: 'thanks', when: { summary: '[a-m]' }, sms: { text: 'About {{ call.summary }}', window: '00:00-24:00' } },
    { id: 'sorry', when: { lastAttempt: true, spokenTo: false }, sms: { text: 'Sorry', window: '00:00-24:00' } },
    {
      id: 'lead-pixel',
      when: { outcome: ['qualified', 'answered'] },
      pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' },
    },
  ],
}

type Hint = (interactionId: string) => Promise<unknown>

/** How hints come: for every call when it is seen first, when it is over, and when all is over. */
interface Manner {
  /** How the vendor's own webhooks come that start the journeys. */
  webhooks?: { doubled: number; shuffled: boolean }
  placed?: (hint: Hint, call: TruthCall) => Promise<unknown>
  ended?: (hint: Hint, call: TruthCall) => Promise<unknown>
  afterAll?: (hint: Hint, calls: readonly TruthCall[]) => Promise<unknown>
}

const manners: readonly (readonly [how: string, manner: Manner])[] = [
  ['come at the end of each call', { ended: (hint, { interactionId }) => hint(interactionId) }],
  [
    'come before the call has ended, again and again',
    { placed: async (hint, { interactionId }) => [await hint(interactionId), await hint(interactionId)] },
  ],
  [
    'come out of order and late',
    { afterAll: (hint, calls) => Promise.all(calls.toReversed().map(({ interactionId }) => hint(interactionId))) },
  ],
  [
    'come thrice, and every webhook of the vendor twice and out of order',
    {
      webhooks: { doubled: 1, shuffled: true },
      ended: (hint, { interactionId }) => Promise.all([1, 2, 3].map(() => hint(interactionId))),
    },
  ],
  [
    'speak of calls that are none of ours',
    { placed: (hint, { interactionId }) => hint(`${interactionId}x`), ended: hint => hint('int_of_nobody') },
  ],
]

/** Plays the campaign once; answers what came of each lead, by the truth and by the ledger. */
async function play({ placed, ended, afterAll, webhooks }: Manner): Promise<Record<string, unknown>> {
  const stage = await startStage({
    campaigns: [campaign],
    control: {
      timeScale: 400,
      // Summaries come a little after the status they belong to.
      summaryDelayMs: 40_000,
      outcomes: { completed: 0.25, qualified: 0.25, no_answer: 0.25, voicemail: 0.15, busy: 0.1 },
    },
  })
  const hint: Hint = async interactionId => {
    const { body } = await stage.send('call.ended', { provider: 'leadsail', interactionId })
    await stage.event(String(body['eventId']))
  }
  if (webhooks === undefined) {
    for (const leadId of LEADS) await stage.lead(leadId)
  } else {
    const headers = { 'X-Webhook-Secret': LEADSAIL_SECRET }
    stage.simulator.control({
      webhooks: { url: `${stage.url}/webhooks/leadsail`, headers, ...webhooks },
      submit: LEADS.map(leadId => ({ event: 'lead.processed', leadId, campaignId: 'HXZ' })),
    })
  }

  const calls = () => stage.simulator.truth().calls
  const told = { placed: new Set<string>(), ended: new Set<string>() }
  const tell = async (seen: Set<string>, some: readonly TruthCall[], what: Manner['placed']) => {
    const fresh = some.filter(({ interactionId }) => !seen.has(interactionId))
    for (const { interactionId } of fresh) seen.add(interactionId)
    if (what !== undefined) await Promise.all(fresh.map(call => what(hint, call)))
  }
  await eventually(
    async () => {
      await tell(told.placed, calls(), placed)
      const over = calls().filter(({ endsAt }) => endsAt !== null && endsAt <= stage.clock.now())
      await tell(told.ended, over, ended)
      expect((await stage.campaign()).progress).toMatchObject({ total: LEADS.length, done: LEADS.length })
    },
    { timeoutMs: 60_000, everyMs: 50 },
  )
  await afterAll?.(hint, calls())
  const atRest = (journey: JourneyView) => isOver(journey) && journey.steps.length === 0
  const journeys = await Promise.all(LEADS.map(leadId => stage.journey(leadId, atRest)))

  const { texts, pixels } = stage.simulator.truth()
  const of = <T extends { leadId: string }>(items: readonly T[], leadId: string) =>
    items.filter(item => item.leadId === leadId)
  return Object.fromEntries(
    LEADS.map((leadId, index) => [
      leadId,
      {
        state: journeys[index]?.state,
        outcomes: journeys[index]?.attempts.map(({ outcome }) => outcome),
        calls: of(calls(), leadId).map(({ outcome }) => outcome),
        // What is due at the same time goes out beside each other.
        texts: of(texts, leadId)
          .map(({ text }) => text)
          .sort(),
        pixels: of(pixels, leadId).map(({ eventName }) => eventName),
      },
    ]),
  )
}

let played: Record<string, unknown> | undefined
async function withoutHints() {
  played ??= await play({})
  return played
}

test('without any hint every call is followed to its end', async () => {
  const told = JSON.stringify(await withoutHints())
  // The comparison means something only where much happens.
  for (const word of ['"qualified"', '"no_answer"', 'About ', 'Sorry', '"Lead"']) expect(told).toContain(word)
}, 90_000)

test.each(manners)(
  'the same comes of every lead when hints %s',
  async (_how, manner) => {
    expect(await play(manner)).toEqual(await withoutHints())
  },
  90_000,
)
