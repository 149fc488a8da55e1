/**
 * `npm run demo`: the service, its private Redis, a simulated vendor and 25 leads, in half a minute. `-- --keep` stays up
 * afterwards. Ends with 0 when every lead is done and nothing happened twice, else with 1 and why.
 */
import { parseArgs } from 'node:util'
import { runDemo } from './run.ts'
import { createScreen } from './screen.ts'

const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt.abort())

let keep: boolean
try {
  keep = parseArgs({ options: { keep: { type: 'boolean', default: false } } }).values.keep
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\nusage: npm run demo [-- --keep]`)
  process.exit(2)
}

const screen = createScreen(process.stdout, process.env['TERM'])
const faults = await runDemo({ screen, keep, interrupted: interrupt.signal }).catch(error => [
  error instanceof Error ? error.message : String(error),
])
if (faults.length === 0) screen.say(screen.paint('green', '\nAll leads are done, and nothing happened twice.'))
if (faults.length > 0) screen.say('')
for (const fault of faults) screen.say(screen.paint('red', `demo: ${fault}`))
process.exitCode = faults.length === 0 ? 0 : 1
