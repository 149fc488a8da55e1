import { countedOf } from '../dashboard/failure-words.ts'
import { whyAllLeftAlone } from '../dashboard/replay-words.ts'
import { effectName, humanise } from '../dashboard/words.ts'
import type { FailedEffect, Replay, ReplayDryRun } from './answers.ts'
import { styleOf } from './colours.ts'
import { barText, countText, percentText, spanText } from './figures.ts'
import { localTime } from './local-time.ts'
import { plainText } from './plain-text.ts'
import type { Screen } from './screen.ts'
import { createTable } from './table.ts'

const BAR_WIDTH = 30
const NAME_WIDTH = 18
const COUNT_WIDTH = 9

/** Where effects stand that are still to be tried, or are being tried. */
const open = ['waiting', 'put_off', 'under_way']

/** Whether every effect that was taken up has been tried. */
export function isTried({ status, standing }: Replay): boolean {
  return status !== 'running' && open.every(name => !standing[name])
}

/** How a replay stands, in one line: what is not there is left out. */
export function replayLine({ status, matched, done, refused, standing }: Replay): string {
  const alone = refused === 0 ? '' : `, ${countText(refused)} left alone`
  const stands = standings(standing).map(([name, count]) => `${countText(count)} ${name}`)
  const became = stands.length === 0 ? '' : `: ${stands.join(', ')}`
  return plainText(`${status}: ${countText(done)} of ${countText(matched)} taken up${alone}${became}`)
}

/** The same as a picture for a terminal. */
export function replayPicture(replay: Replay, { paint }: Screen): string[] {
  const { id, status, matched, done, refused, refusals, standing, perSecond } = replay
  const met = done + refused
  const style = styleOf(status)
  const row = (name: string, count: number) =>
    `${plainText(name).padEnd(NAME_WIDTH)}${countText(count).padStart(COUNT_WIDTH)}`
  return [
    `${paint('bold', plainText(id))}  ${style === undefined ? plainText(status) : paint(style, status)}  ${paint('dim', rateText(perSecond))}`,
    `${paint('green', barText(met, matched, BAR_WIDTH))}  ${countText(met)} of ${countText(matched)} (${percentText(met, matched)})`,
    '',
    row('taken up', done),
    ...standings(standing).map(([name, count]) => row(`  ${name}`, count)),
    row('left alone', refused),
    ...Object.entries(refusals).map(([reason, count]) => paint('dim', plainText(`  ${whyAlone(reason, count)}`))),
  ]
}

/** What a replay would do. @param kind of effects that was asked for @param wanted effects a second that were asked for */
export function sayReplayDryRun(
  out: Screen,
  plan: ReplayDryRun,
  { kind, wanted }: { kind: string | undefined; wanted: number | undefined },
): void {
  const { count, looked, sample, refusals } = plan
  out.say(`${countedOf(kind, count)} fit. ${intentText(plan, wanted)}`)
  if (looked < count) out.say(out.paint('dim', `Only the first ${countText(looked)} were looked at one by one.`))
  if (sample.length > 0) out.say()
  createTable<FailedEffect>(out, [
    { title: 'SOME OF THEM', of: ({ kind: what, rule }) => effectName(what, rule), shrinks: true },
    { title: 'JOURNEY', of: ({ journey }) => journey },
    { title: 'LEAD', of: ({ leadId }) => leadId, shrinks: true },
    { title: 'CAMPAIGN', of: ({ campaign }) => campaign, isOptional: true },
    { title: 'TRIES', of: ({ tries }) => tries, align: 'right', isOptional: true },
    { title: 'LAST FAILED', of: ({ lastAt }) => localTime(lastAt), isOptional: true },
  ]).add(sample)
  if (refusals.length > 0) out.say()
  for (const { reason, count: times } of refusals) out.say(plainText(`Left alone: ${whyAlone(reason, times)}`))
}

/** What a replay would do, in one sentence: `28 would be tried anew at 12.5 a second, in about 3 s; 2 left alone.` */
export function intentText(plan: ReplayDryRun, wanted: number | undefined): string {
  const { count, looked, replayable, refusals, perSecond } = plan
  const rate = Math.min(wanted ?? perSecond.default, perSecond.most)
  const alone = refusals.reduce((sum, entry) => sum + entry.count, 0)
  const rest = alone === 0 ? '' : `; ${countText(alone)} left alone`
  if (replayable === 0) return `None would be tried anew${rest}.`
  const many = looked < count ? `Of ${countText(looked)} looked at, ${countText(replayable)}` : countText(replayable)
  const tookMs = ((looked < count ? count : replayable) * 1_000) / rate
  const most = wanted !== undefined && wanted > rate ? ' (the accounts take no more)' : ''
  return `${many} would be tried anew at ${rateText(rate)}${most}, in ${soonText(tookMs)}${rest}.`
}

function standings(standing: Replay['standing']): [name: string, count: number][] {
  return Object.entries(standing).flatMap(([name, count]) =>
    count === 0 ? [] : [[humanise(name).toLowerCase(), count] as [string, number]],
  )
}

/** What is over so soon is not worth a figure. */
const soonText = (ms: number) => (ms < 10_000 ? 'a few seconds' : `about ${spanText(ms)}`)

const whyAlone = (reason: string, count: number) => `${countText(count)} ${whyAllLeftAlone(reason)}`

const rateText = (perSecond: number) => `${perSecond.toLocaleString('en-US', { maximumFractionDigits: 2 })} a second`
