import type { FootprintResult } from './footprint.ts'
import type { ImportResult } from './import.ts'
import type { IngestResult } from './ingest.ts'
import type { JourneysResult } from './journeys.ts'
import type { LiveCallsResult } from './live-calls.ts'
import type { PacingRow } from './pacing.ts'
import type { PollingRow } from './polling.ts'
import type { ReplayResult } from './replay.ts'
import type { ScaleOutResult } from './scale-out.ts'

/** What `npm run bench` has measured, by row; a row that was not measured is absent. */
export interface Results {
  P1?: IngestResult
  P2?: JourneysResult
  P3?: LiveCallsResult
  P4?: PollingRow[]
  P5?: ImportResult
  P6?: ReplayResult
  P7?: PacingRow[]
  P8?: ScaleOutResult
  P9?: FootprintResult
  /** When and on what each row was measured. */
  when?: Record<string, string>
}

type Row = Exclude<keyof Results, 'when'>

/** A figure held against what it should be. */
export interface Held {
  row: string
  what: string
  measured: string
  goal: string
  /** 1 and more: the goal is reached. */
  reached: number
  /** What the figure was made of. */
  beside: string
  /** The machine lacks what the goal supposes. */
  isBeyondMachine?: boolean
}

const round = (value: number, digits = 0) =>
  value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })
const ms = (value: number) => `${round(value)} ms`
const percent = (value: number, digits = 1) => `${round(value * 100, digits)} %`
const mebibytes = (bytes: number) => `${round(bytes / 1024 ** 2)} MB`

/** Two workers, Redis, the receiver and the vendor: with fewer they wait for each other. */
const CORES_FOR_TWO = 5

/** At least so much. */
const atLeast = (value: number, goal: number) => value / goal
/** At most so much. */
const atMost = (value: number, goal: number) => (value <= 0 ? 10 : goal / value)

type Judge<R> = (result: R) => Omit<Held, 'row'>[]

const judges: { [R in Row]: Judge<NonNullable<Results[R]>> } = {
  P1: ({ ours, plain, bare, halfLoad, ratioToPlain, ratioToBare, drainedPerSecond }) => [
    {
      what: 'times the webhooks a second of Express and `queue.add`',
      measured: round(ratioToPlain, 2),
      goal: '≥ 1.2',
      reached: atLeast(ratioToPlain, 1.2),
      beside:
        `${round(ours.perSecond)}/s beside ${round(plain.perSecond)}/s, ${round(ours.cpuUs)} µs of CPU beside ` +
        `${round(plain.cpuUs)}; one worker makes journeys of them at ${round(drainedPerSecond)}/s`,
    },
    {
      what: 'times the webhooks a second of a bare Express 202',
      measured: round(ratioToBare, 2),
      goal: '≥ 0.9',
      reached: atLeast(ratioToBare, 0.9),
      beside: `${round(ours.perSecond)}/s beside ${round(bare.perSecond)}/s, ${round(bare.cpuUs)} µs of CPU`,
    },
    {
      what: 'p99 of the answers at half that load',
      measured: ms(halfLoad.p99),
      goal: '≤ 50 ms',
      reached: atMost(halfLoad.p99, 50),
      beside: `${round(halfLoad.perSecond)}/s, ${round(halfLoad.failed)} without a 2xx`,
    },
  ],
  P2: ({ ours, baseline, ratio }) => [
    {
      what: 'times the journeys a second of the hand-written pipeline',
      measured: round(ratio, 2),
      goal: '≥ 1.0, at least 0.7',
      reached: atLeast(ratio, 1),
      beside:
        `${round(ours.perSecond)}/s beside ${round(baseline.perSecond)}/s; each ${round(ours.redisCommands)} Redis commands ` +
        `(${round(baseline.redisCommands)}), ${round(ours.vendorRequests, 1)} requests (${round(baseline.vendorRequests, 1)}), ` +
        `${round(ours.cpuMs, 1)} ms of CPU (${round(baseline.cpuMs, 1)}), of which Redis has ${round(ours.redisCpuMs, 1)} (${round(baseline.redisCpuMs, 1)}), and leaves ${round(ours.redisBytes)} bytes in Redis`,
    },
  ],
  P3: ({ calls, intervalMs, looksPerSecond, cpu, dialedPerSecond, ...each }) => [
    {
      what: `${round(calls)} live calls: from an end to the look that sees it, p99`,
      measured: `${round(each.seenAfterMs.p99 / 1_000, 1)} s`,
      goal: `≤ ${round(intervalMs / 1_000 + 2)} s`,
      reached: atMost(each.seenAfterMs.p99, intervalMs + 2_000),
      beside:
        `median ${round(each.seenAfterMs.p50 / 1_000, 1)} s, at most ${round(each.seenAfterMs.max / 1_000, 1)} s; ` +
        `${round(looksPerSecond)} looks/s of ${round((calls * 1_000) / intervalMs)} at ${percent(cpu, 0)} of a core; ` +
        `dialed at ${round(dialedPerSecond)}/s`,
    },
    {
      what: 'Redis for a live call, with all of its lead',
      measured: `${round(each.redisBytesPerCall)} bytes`,
      goal: '≤ 2,500',
      reached: atMost(each.redisBytesPerCall, 2_500),
      beside: `${round(each.redisBytesOverLead)} more than a lead that waits`,
    },
    {
      what: 'process memory for a live call',
      measured: `${round(each.processBytesPerCall)} bytes`,
      goal: '≤ 1,000',
      reached: atMost(each.processBytesPerCall, 1_000),
      beside: 'what the process takes more than at rest, by the calls',
    },
  ],
  P4: rows => {
    const of = (rule: PollingRow['rule']) => rows.find(row => row.mix === 'realistic' && row.rule === rule)
    const [ours, fixed] = [of('ours'), of('fixed interval')]
    const ratios = rows.flatMap(({ mix, rule, oursToLooks }) =>
      rule === 'fixed interval' && mix !== 'realistic' ? [oursToLooks] : [],
    )
    const others = `${round(Math.min(...ratios), 2)} to ${round(Math.max(...ratios), 2)}`
    const worst = Math.max(...rows.flatMap(row => (row.rule === 'ours' ? [row.worstOfOptimum] : [])))
    return [
      {
        what: 'polling: cost over the optimum, the worst of all mixes and rounds',
        measured: percent(worst - 1),
        goal: '≤ 5 %',
        reached: atMost(worst - 1, 0.05),
        beside: `realistic mix: ${round(ours?.looks ?? 0, 2)} looks a call`,
      },
      {
        what: 'polling: times the requests of fixed intervals with the same mean delay',
        measured: round(fixed?.oursToLooks ?? 0, 2),
        goal: 'about 0.75',
        reached: atMost(fixed?.oursToLooks ?? 1, 0.76),
        beside: `${round(ours?.looks ?? 0, 2)} beside ${round(fixed?.looks ?? 0, 2)} a call; other mixes ${others}`,
      },
    ]
  },
  P5: ({ rows, perSecond, mostRss, redisBytesPerLead }) => [
    {
      what: `import of ${round(rows)} rows`,
      measured: `${round(perSecond)} rows/s`,
      goal: '≥ 20,000',
      reached: atLeast(perSecond, 20_000),
      beside: `${round(redisBytesPerLead)} bytes of Redis for a lead`,
    },
    {
      what: 'memory of the service meanwhile',
      measured: mebibytes(mostRss),
      goal: '≤ 200 MB',
      reached: atMost(mostRss, 200 * 1024 ** 2),
      beside: '',
    },
  ],
  P6: ({ pixels, budgetPerSecond, perSecond, share }) => [
    {
      what: `${round(pixels)} failed pixels replayed: share of the account’s budget`,
      measured: percent(share),
      goal: '≥ 95 %',
      reached: atLeast(share, 0.95),
      beside: `${round(perSecond, 1)} of ${round(budgetPerSecond)}/s`,
    },
  ],
  P7: rows =>
    rows.map(({ callsPerSecond, calls, expected, error, mostInASecond }) => ({
      what: `${callsPerSecond} calls a second over a minute: error`,
      measured: percent(error),
      goal: '≤ 2 %',
      reached: atMost(Math.abs(error), 0.02),
      beside: `${round(calls)} of ${round(expected)}; at most ${mostInASecond} in a second at the vendor`,
    })),
  P8: ({ cores, one, two, ratio }) => [
    {
      what: 'times the journeys a second of one worker process, with two',
      measured: round(ratio, 2),
      goal: '≥ 1.6 where there are cores',
      reached: atLeast(ratio, 1.6),
      isBeyondMachine: cores < CORES_FOR_TWO,
      beside: `${round(two.perSecond)}/s beside ${round(one.perSecond)}/s on ${cores} cores, which Redis, the receiver and the vendor share`,
    },
  ],
  P9: ({ readyMs, idleCpu, idleRss, idleRedisCommands, redisBytesPerLead, redisBytesPerEnded }) => [
    { what: 'start to ready', measured: ms(readyMs), goal: '≤ 1.5 s', reached: atMost(readyMs, 1_500), beside: '' },
    {
      what: 'CPU at rest',
      measured: percent(idleCpu),
      goal: '≤ 1 %',
      reached: atMost(idleCpu, 0.01),
      beside: `${round(idleRedisCommands)} Redis commands a second, those inside scripts counted`,
    },
    {
      what: 'memory at rest',
      measured: mebibytes(idleRss),
      goal: '≤ 120 MB',
      reached: atMost(idleRss, 120 * 1024 ** 2),
      beside: `in Redis ${round(redisBytesPerLead)} bytes for a lead that waits, ${round(redisBytesPerEnded)} for a journey that ended`,
    },
  ],
}

/** Every figure that was measured, held against its goal, in the order of the rows. */
export function holdAgainstGoals(results: Results): Held[] {
  return Object.entries(judges).flatMap(([row, judge]) => {
    const result = results[row as Row]
    return result === undefined ? [] : (judge as Judge<unknown>)(result).map(held => ({ row, ...held }))
  })
}
