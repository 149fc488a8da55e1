/**
 * `npm run chaos`: many journeys through real processes while workers, the web process and Redis are killed and the
 * vendor misbehaves; then the service's records are held against what the vendor knows. Ends with 1 when anything
 * happened twice, was lost or got stuck, with 2 when it was called wrong.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Options, readOptions, USAGE } from './options.ts'
import { createProgress } from './progress.ts'
import { reportOf } from './report.ts'
import { runChaos } from './run.ts'

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  let options: Options
  try {
    options = readOptions(args)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}\n`)
    return 2
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // A second one ends this process at once, and with it everything it started.
      process.once(signal, () => process.exit(1))
      stop.abort(new Error(`stopped by ${signal}`))
    })
  }

  const dir = await mkdtemp(join(tmpdir(), 'aftercall-chaos-'))
  const progress = createProgress(process.stderr)
  let isClean = false
  try {
    const result = await runChaos(options, { dir, signal: stop.signal, progress })
    progress.end()
    process.stdout.write(`${reportOf(result)}\n`)
    if (options.json !== undefined) await writeFile(options.json, JSON.stringify(result, undefined, 2))
    isClean = result.ok
  } catch (error) {
    progress.end()
    process.stderr.write(`${stop.signal.aborted ? stop.signal.reason : error instanceof Error ? error.stack : error}\n`)
  }
  if (isClean && !options.keep) await rm(dir, { recursive: true, force: true })
  else process.stdout.write(`logs: ${dir}\n`)
  return isClean ? 0 : 1
}
