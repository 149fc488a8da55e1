import { writeSync } from 'node:fs'
import { createApp } from '../../src/app.ts'
import { loadConfig, readEnv } from '../../src/config.ts'
import { createLogger } from '../../src/logger.ts'
import { crashOverrides } from './crash-overrides.ts'
import { createPoints } from './points.ts'

/**
 * A service that counts the awaits of its handlers and dies at one of them: `node crashing-service.ts [<point>]` writes
 * a line for every point it passes and, at the one that is named, is killed as by `kill -9`.
 */
const [, , dieAt] = process.argv
const destination = { write: (line: string) => void writeSync(1, line) }
const logger = createLogger({ level: 'info', destination })

const points = createPoints(point => {
  // Written at once: what the last line says has been reached, and nothing after it.
  writeSync(1, `${JSON.stringify({ msg: 'point.reached', point })}\n`)
  if (point === dieAt) process.kill(process.pid, 'SIGKILL')
})
const { storeTimeoutMs } = crashOverrides
// Where it only counts, a slow machine must not look like a dead process: then points would be counted that are none.
const pace = dieAt === undefined ? { storeTimeoutMs } : crashOverrides
await createApp(loadConfig(readEnv()), { ...pace, logger, instrument: points.instrument })
