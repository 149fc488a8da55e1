import { callsOf } from '../campaigns/call-lengths.ts'
import type { Campaign, PollRules } from '../campaigns/campaign.ts'
import { estimateEnds } from '../campaigns/ended-by.ts'
import { type PollTable, planLooks } from '../campaigns/poll-table.ts'
import type { Clock } from '../clock.ts'
import type { CallLengthBook } from './call-lengths.ts'

/** When to look at the calls of each campaign, as far as that was learned from its earlier ones. */
export interface PollTables {
  /** `undefined` while too few calls of the campaign are known. */
  of(campaign: Followed): Promise<PollTable | undefined>
}

/** Fewer calls than these say too little of where ends crowd: a plan made of them can be worse than the plain rule. */
const FEWEST_CALLS = 30

/** What was read is good for this long: looks, of which there are many, ask Redis for nothing more. */
const KNOWN_MS = 30_000

/** A table is worked out anew when so many more calls are known, as a share; it takes some milliseconds. */
const WORTH_SHARE = 0.05

interface Learned {
  calls: number
  table: PollTable | undefined
}

interface Known {
  askedAt: number
  poll: PollRules
  learned: Promise<Learned>
}

type Followed = Pick<Campaign, 'id' | 'poll'>

export function createPollTables({ callLengths, clock }: { callLengths: CallLengthBook; clock: Clock }): PollTables {
  const known = new Map<string, Known>()

  async function learn({ id, poll }: Followed, earlier: Promise<Learned> | undefined): Promise<Learned> {
    const [lengths, before] = await Promise.all([callLengths.read(id), earlier])
    const calls = callsOf(lengths)
    if (calls < FEWEST_CALLS) return { calls, table: undefined }
    const isSame = before?.table !== undefined && Math.abs(calls - before.calls) < before.calls * WORTH_SHARE
    return isSame ? before : { calls, table: planLooks(estimateEnds(lengths), poll) }
  }

  return {
    async of({ id, poll }) {
      const before = known.get(id)
      const isOfTheseRules = before !== undefined && before.poll === poll
      if (isOfTheseRules && clock.now() - before.askedAt < KNOWN_MS) return (await before.learned).table
      const learned = learn({ id, poll }, isOfTheseRules ? before.learned : undefined)
      known.set(id, { askedAt: clock.now(), poll, learned })
      try {
        return (await learned).table
      } catch (error) {
        // Redis was away: whoever asks next reads anew.
        if (known.get(id)?.learned === learned) known.delete(id)
        throw error
      }
    },
  }
}
