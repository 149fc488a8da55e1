/** The one line that every job's try ends in, as far as the run looks at it. */
export interface SettledLine {
  /** Milliseconds since the epoch. */
  at: number
  job: string
  result: string
  journeyId?: string
  nextInMs?: number
}

/** Jobs that come by the clock say nothing about leads. */
const CLOCK_JOBS = new Set(['canary', 'clean-up'])

/** `undefined` for every other line of a service's log. */
export function readSettledLine(line: string): SettledLine | undefined {
  if (!line.includes('"job.settled"')) return undefined
  const { time, ...settled } = JSON.parse(line) as Omit<SettledLine, 'at'> & { time: string }
  return CLOCK_JOBS.has(settled.job) ? undefined : { ...settled, at: Date.parse(time) }
}
