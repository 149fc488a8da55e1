import type { Recovery } from './recovery.ts'
import type { Result } from './result.ts'

/** Faults that are printed; all of them are in the JSON. */
const MAX_NAMED = 40

/** The table at the end of a run. */
export function reportOf(result: Result): string {
  const { options, disturbances, journeys, effects, truth, faults, sender, named } = result
  const say = (label: string, text: string) => `  ${label.padEnd(14)}${text}`
  const { total, ...states } = journeys
  const done = Object.entries(disturbances).map(([what, times]) => `${what} × ${times}`)
  const group = (prefix: string) =>
    Object.entries(faults)
      .filter(([kind]) => kind.startsWith(prefix))
      .map(([kind, times]) => `${kind.slice(prefix.length).trim()} ${number(times)}`)
      .join(' · ')
  return [
    `chaos: seed ${options.seed}, ${number(options.journeys)} journeys at ${options.rate}/s`,
    '',
    say('disturbances', done.join(' · ') || 'none'),
    say('journeys', `${number(total)}: ${counts(states)}`),
    say('attempts', counts(result.attempts)),
    ...['call', 'sms', 'pixel'].map(kind => say(`effects ${kind}`, counts(effects[kind] ?? {}))),
    ...Object.entries(result.parked).map(([why, times]) => say('  parked', `${number(times)} ${why}`)),
    say('at the vendor', counts({ calls: truth.calls, texts: truth.texts, pixels: truth.pixels })),
    say('  faults', counts(truth.faults)),
    say('sender', `${counts(sender.answers)}; longest ${seconds(sender.longestMs)}; undelivered ${sender.undelivered}`),
    say('unplanned', result.unplannedExits.join(', ') || 'no process ended by itself'),
    say(
      'pauses',
      `longest ${seconds(result.pauses.longestMs)} beyond plan; unexplained (over 40 s) ${number(result.pauses.forgotten)}`,
    ),
    say('duration', `${seconds(result.sentMs)} of leads and disturbances, ${seconds(result.restMs)} to come to rest`),
    '',
    ...recoveryTable(result.recoveries),
    '',
    say('doubles', group('double ')),
    say('losses', group('lost ')),
    say('wrong', `${number(faults['wrong record'] ?? 0)} records`),
    say('stuck', `${number(faults['stuck'] ?? 0)}, unfinished ${number(faults['unfinished'] ?? 0)}`),
    ...named.slice(0, MAX_NAMED).map(fault => {
      return `    ${fault.kind}: ${fault.leadId} ${fault.journeyId ?? ''} ${fault.detail}`
    }),
    ...(named.length > MAX_NAMED ? [`    and ${named.length - MAX_NAMED} more`] : []),
    '',
    result.ok ? 'ok: never twice, never lost, nothing stuck' : 'FAILED',
  ].join('\n')
}

/** Median and worst of each kind of disturbance. */
function recoveryTable(recoveries: readonly Recovery[]): string[] {
  const columns = [
    ['new process', 'startedMs'],
    ['next 2xx', 'acceptedMs'],
    ['next job', 'jobMs'],
    ['next effect', 'effectMs'],
  ] as const
  const rows = [...Map.groupBy(recoveries, ({ what }) => what)].map(([what, own]) => {
    const cells = columns.map(([, field]) => {
      const values = own.flatMap(recovery => recovery[field] ?? []).sort((a, b) => a - b)
      const median = values[Math.floor((values.length - 1) / 2)]
      const worst = values.at(-1)
      return median === undefined || worst === undefined ? '–' : `${number(median)} / ${number(worst)}`
    })
    return [what, number(own.length), ...cells]
  })
  const table = [['recovery, ms: median / worst', 'times', ...columns.map(([title]) => title)], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map(row => row[column]?.length ?? 0))) ?? []
  return table.map(
    row =>
      `  ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')}`,
  )
}

function counts(values: Record<string, number>): string {
  return Object.entries(values)
    .map(([name, times]) => `${name} ${number(times)}`)
    .join(' · ')
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
