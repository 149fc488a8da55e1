import { createSimulator, type Simulator } from '../simulator/simulator.ts'
import { leads } from './leads.ts'

/** How many times sooner than in life a call ends. */
const TIME_SCALE = 20

/** The lead whose call is placed while the answer to our request is lost on the way. */
const LOST_ANSWER = leads[0].leadId
/** The lead who asks never to be called again. */
const OPTS_OUT = leads[8]?.leadId ?? ''

/** The simulated vendor: the same calls in every run, and two of the faults that real ones have. */
export function startVendor(): Promise<Simulator> {
  return createSimulator({
    seed: 7,
    control: {
      timeScale: TIME_SCALE,
      outcomes: {
        qualified: 0.2,
        completed: 0.18,
        disqualified: 0.08,
        scheduled_callback: 0.04,
        no_answer: 0.26,
        voicemail: 0.12,
        busy: 0.12,
      },
      lengths: Object.fromEntries(
        ['qualified', 'completed', 'disqualified', 'scheduled_callback', 'dnc'].map(status => [
          status,
          { medianMs: 75_000, sigma: 0.3 },
        ]),
      ),
      scripts: {
        [LOST_ANSWER]: [{ status: 'disqualified', lengthMs: 60_000, spokenTo: true }],
        [OPTS_OUT]: [{ status: 'dnc', lengthMs: 40_000, spokenTo: true }],
      },
      faults: [
        { match: { path: '/voice/calls/initiate', leadId: LOST_ANSWER }, kind: 'reset_after', times: 1 },
        { match: { path: '/voice/calls/initiate' }, kind: 'status', status: 429, retryAfter: 1, share: 0.2, times: 2 },
      ],
    },
  })
}
