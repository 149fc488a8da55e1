/**
 * Measures what performance costs and gains beside its counterpart, in one run: `npm run bench`, or `npm run bench -- P1`
 * for some of it; `BENCH_SCALE=full` at the scale that the goals name. Writes `docs/performance.md`, its chart and
 * `docs/performance.json`; rows that were not measured keep what they had. Ratios of one run are worth quoting, single
 * figures are not.
 */
import { measureFootprint } from './footprint.ts'
import { holdAgainstGoals, type Results } from './goals.ts'
import { measureImport } from './import.ts'
import { measureIngest } from './ingest.ts'
import { measureJourneys } from './journeys.ts'
import { measureLiveCalls } from './live-calls.ts'
import { measurePacing } from './pacing.ts'
import { measurePolling } from './polling.ts'
import { measureReplay } from './replay.ts'
import { readResults, sayWhen, writeResults } from './report.ts'
import { measureScaleOut } from './scale-out.ts'

const isFull = process.env['BENCH_SCALE'] === 'full'

const measures: { [Row in Exclude<keyof Results, 'when'>]: () => Promise<Required<Results>[Row]> } = {
  P1: () => measureIngest({ rounds: 3, seconds: 5 }),
  P2: () => measureJourneys({ rounds: 3, journeys: 2_000 }),
  P3: () => measureLiveCalls(isFull ? { calls: 100_000, intervalS: 60 } : { calls: 20_000, intervalS: 60 }),
  P4: async () => measurePolling({ rounds: 20, calls: 10_000 }),
  P5: () => measureImport({ rows: isFull ? 1_000_000 : 200_000 }),
  P6: () => measureReplay(isFull ? { pixels: 100_000, perSecond: 400 } : { pixels: 5_000, perSecond: 100 }),
  P7: () => measurePacing({ rates: [1, 10, 50], seconds: 60 }),
  P8: () => measureScaleOut({ rounds: 3, journeys: 2_000 }),
  P9: () => measureFootprint(),
}

const wanted = process.argv.slice(2)
for (const [row, measure] of Object.entries(measures)) {
  if (wanted.length > 0 && !wanted.includes(row)) continue
  const measured: Results = { [row]: await measure() }
  for (const { what, measured: figure, goal, beside } of holdAgainstGoals(measured)) {
    console.log(`${row} ${what}: ${figure} (${goal}) ${beside}`)
  }
  // After each row: a run that is cut short keeps what it has.
  const before = await readResults()
  await writeResults({ ...before, ...measured, when: { ...before.when, [row]: sayWhen() } })
}
