import type { Campaign } from './answers.ts'
import { styleOf } from './colours.ts'
import { barText, countOf, countText, percentText } from './figures.ts'
import { localTime } from './local-time.ts'
import { plainText } from './plain-text.ts'
import type { Screen } from './screen.ts'

/** The states of a journey, in the order in which it goes through them. */
const states = ['scheduled', 'dialing', 'in_call', 'following_up', 'done', 'stopped', 'parked']

const BAR_WIDTH = 30
const NAME_WIDTH = 18
const COUNT_WIDTH = 9

/** How a campaign stands, in one line: what is not there is left out. */
export function campaignLine({ status, allPaused, progress }: Campaign): string {
  const parts = states.flatMap(state => (progress[state] ? [`${countText(progress[state])} ${state}`] : []))
  const held = allPaused === true ? ', everything is paused' : ''
  return `${status}${held}: ${countOf(progress.total, 'lead')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`
}

/** The same as a picture: with bars on a terminal. */
export function campaignPicture(campaign: Campaign, screen: Screen): string[] {
  const { id, name, provider, status, since, why, allPaused, allPausedWhy, test, progress, outcomes, stops } = campaign
  const { fileFaults = [], warnings = [] } = campaign
  const { paint } = screen
  const { total } = progress
  const ended = (progress['done'] ?? 0) + (progress['stopped'] ?? 0)
  const style = styleOf(status)
  const known = states.map(state => [state, progress[state] ?? 0] as const)
  return [
    `${paint('bold', plainText(id))}  ${plainText(name)}  ${paint('dim', plainText(provider) + (test === true ? ', test mode' : ''))}`,
    [
      style === undefined ? status : paint(style, status),
      since === undefined ? '' : ` since ${localTime(since)}`,
      why === undefined ? '' : `: ${plainText(why)}`,
    ].join(''),
    ...(allPaused === true ? [paint('yellow', 'everything is paused: `aftercall resume --all` lets it go on')] : []),
    ...(allPausedWhy === undefined ? [] : [paint('yellow', plainText(allPausedWhy))]),
    ...fileFaults.map(({ file, line, path, reason }) =>
      paint('red', plainText(`its file is wrong now, the last good one holds: ${file}:${line} ${path}: ${reason}`)),
    ),
    ...warnings.map(({ path, reason }) => paint('yellow', plainText(`${path} ${reason}`))),
    '',
    `${screen.isTerminal ? `${paint('green', barText(ended, total, BAR_WIDTH))}  ` : ''}${countText(ended)} of ${countOf(total, 'lead')} ended (${percentText(ended, total)})`,
    '',
    ...rows(known, total, screen),
    ...section('Outcomes', outcomes, total, screen),
    ...section('Stopped, by reason', stops, total, screen),
  ]
}

function section(title: string, counts: Readonly<Record<string, number>>, total: number, screen: Screen): string[] {
  const sorted = Object.entries(counts).toSorted(([, a], [, b]) => b - a)
  return sorted.length === 0 ? [] : ['', screen.paint('bold', title), ...rows(sorted, total, screen)]
}

function rows(counts: readonly (readonly [name: string, count: number])[], total: number, screen: Screen): string[] {
  return counts.map(([name, count]) => {
    const figures = `${plainText(name).padEnd(NAME_WIDTH)}${countText(count).padStart(COUNT_WIDTH)}`
    if (!screen.isTerminal) return figures
    if (count === 0) return screen.paint('dim', figures)
    const bar = barText(count, total, BAR_WIDTH).replaceAll('░', '')
    const style = styleOf(name)
    return `${figures}  ${style === undefined ? bar : screen.paint(style, bar)}`
  })
}
