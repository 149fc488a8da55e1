/**
 * Measures what performance costs and gains beside its counterpart, in one run: `npm run bench`, or `npm run bench -- P1`
 * for some of it. Results stand in `bench/results.json`; ratios of one run are worth quoting, single figures are not.
 */
import { writeFile } from 'node:fs/promises'
import { measureIngest } from './ingest.ts'
import { measureJourneys } from './journeys.ts'

const measures = {
  P1: () => measureIngest({ rounds: 3, seconds: 5 }),
  P2: () => measureJourneys({ rounds: 3, journeys: 2_000 }),
}

const wanted = process.argv.slice(2)
const results: Record<string, unknown> = {}
for (const [name, measure] of Object.entries(measures)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  results[name] = await measure()
  console.log(`${name} ${JSON.stringify(results[name], undefined, 2)}`)
}
await writeFile(new URL('results.json', import.meta.url), `${JSON.stringify(results, undefined, 2)}\n`)
