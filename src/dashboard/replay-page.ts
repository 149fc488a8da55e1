import type { DryRun, ReplayView } from '../desk/replays.ts'
import { counted, longSpan } from './counted.ts'
import { countedOf } from './failure-words.ts'
import { whyAllLeftAlone, whyLeftAlone } from './replay-words.ts'
import type { Tone, Word } from './words.ts'

const statusWords: Record<ReplayView['status'], Word> = {
  running: { label: 'Running', tone: 'live' },
  done: { label: 'Done', tone: 'good' },
  cancelled: { label: 'Cancelled', tone: 'quiet' },
}

/** A replay as a line of a list. */
export function replayRow(replay: ReplayView, names: ReadonlyMap<string, string>) {
  const { id, status, matched, done, refused, by, createdAt, filter } = replay
  return {
    id,
    word: statusWords[status],
    what: countedOf(filter.kind, matched),
    about: aboutOf(filter, names),
    done,
    refused,
    by,
    createdAt,
  }
}

/** What narrowed it down. */
function aboutOf({ cause, campaign }: ReplayView['filter'], names: ReadonlyMap<string, string>): string[] {
  return [...(campaign === undefined ? [] : [names.get(campaign) ?? campaign]), ...(cause === undefined ? [] : [cause])]
}

/** Where those stand that were taken up, worst first, and only where there are any. */
const standings: { name: keyof ReplayView['standing']; label: string; tone: Tone; means: string }[] = [
  { name: 'failing', label: 'Failed again', tone: 'bad', means: 'They are listed under Failures again.' },
  { name: 'went_through', label: 'Went through', tone: 'good', means: 'The vendor took them.' },
  { name: 'under_way', label: 'Under way', tone: 'info', means: 'They have been requested.' },
  { name: 'waiting', label: 'Waiting', tone: 'quiet', means: 'For their turn at the vendor.' },
  { name: 'put_off', label: 'Put off', tone: 'quiet', means: 'For the end of quiet hours, for instance.' },
  {
    name: 'replayed_again',
    label: 'Replayed again',
    tone: 'quiet',
    means: 'A later replay tells what became of them.',
  },
  {
    name: 'skipped',
    label: 'Skipped',
    tone: 'quiet',
    means: 'They were not wanted any more; their timelines say why.',
  },
]

/** Everything that the live part of a replay's page shows. */
export function replayModel(replay: ReplayView, names: ReadonlyMap<string, string>, mayAct: boolean) {
  const { id, status, matched, done, refused, refusals, standing, filter, perSecond, by, createdAt, endedAt } = replay
  const isRunning = status === 'running'
  const open = standing.waiting + standing.under_way
  return {
    id,
    mayAct,
    word: statusWords[status],
    what: countedOf(filter.kind, matched),
    about: aboutOf(filter, names),
    since: filter.since,
    matched,
    met: done + refused,
    done,
    refused,
    left: Math.max(0, matched - done - refused),
    isRunning,
    now: nowWords(replay, open),
    standings: standings.map(entry => ({ ...entry, count: standing[entry.name] })).filter(({ count }) => count > 0),
    refusals: Object.entries(refusals).map(([reason, count]) => ({
      count,
      sentence: sentenceOf(reason, count),
    })),
    rate: rateWords(perSecond),
    by,
    createdAt,
    endedAt,
    spoken: `${done} of ${matched} taken up, ${standing.went_through} went through, ${standing.failing} failed again.`,
  }
}

function nowWords({ status, matched, done, refused, perSecond }: ReplayView, open: number): string {
  if (matched === 0) return 'Nothing had failed that fits: there was nothing to do.'
  if (status === 'cancelled') return 'It was cancelled. What had not been tried by then stands as it was.'
  if (status === 'done') {
    return open === 0
      ? 'All of them have had their turn.'
      : `All have been taken up; ${counted(open, 'waits', 'wait')} for an answer.`
  }
  const leftMs = ((matched - done - refused) * 1_000) / perSecond
  return `They are tried anew at ${rateWords(perSecond)}: about ${longSpan(roundUp(leftMs))} to go.`
}

/** What a dry run says before anybody does anything. */
export function dryRunModel(run: DryRun, kind: string | undefined) {
  const { count, looked, replayable, refusals, sample, perSecond } = run
  const isWhole = looked >= count
  const about = isWhole ? '' : `Of the first ${looked.toLocaleString('en-US')} that were looked at one by one: `
  const takesMs = ((isWhole ? replayable : count) * 1_000) / perSecond.default
  return {
    count,
    replayable,
    isWhole,
    many: countedOf(kind, isWhole ? replayable : count),
    points:
      replayable === 0
        ? []
        : [
            `${about}${isAre(countedOf(kind, replayable), replayable)} tried anew, as though ${replayable === 1 ? 'it' : 'they'} had never been tried. At ${rateWords(perSecond.default)} that takes about ${longSpan(roundUp(takesMs))}.`,
            'What goes through is done and leaves this list. What fails again comes back to it, and is not tried twice by the same replay.',
            ...(kind === 'pixel'
              ? []
              : ['In quiet hours texts wait for their end, and opt-outs are asked for once more right before each.']),
            'It can be cancelled at any time. What has not been tried by then stays as it is.',
          ],
    refusals: refusals.map(({ reason, count: times, sample: some }) => ({
      count: times,
      words: times === 1 ? `stays as it is: ${whyLeftAlone(reason)}` : whyAllLeftAlone(reason),
      sample: some.map(({ journey, leadId }) => ({ journeyId: journey, name: leadId === '' ? journey : leadId })),
    })),
    sample: sample.map(({ journey, leadId }) => ({ journeyId: journey, name: leadId === '' ? journey : leadId })),
    perSecond: String(perSecond.default),
    most: perSecond.most.toLocaleString('en-US'),
  }
}

function sentenceOf(reason: string, count: number): string {
  const text = count === 1 ? whyLeftAlone(reason) : `they ${whyAllLeftAlone(reason)}`
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

const isAre = (many: string, count: number) => `${many} ${count === 1 ? 'is' : 'are'}`

const rateWords = (perSecond: number) => `${perSecond.toLocaleString('en-US', { maximumFractionDigits: 2 })} a second`

/** In whole seconds: nobody counts parts of them. */
const roundUp = (ms: number) => Math.max(1_000, Math.ceil(ms / 1_000) * 1_000)
