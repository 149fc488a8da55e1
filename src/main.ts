import { createApp } from './app.ts'
import { loadConfig, readEnv } from './config.ts'
import { ConfigError } from './errors.ts'
import { createLogger, prettyStdout } from './logger.ts'

/** EX_CONFIG of sysexits.h. */
const EXIT_CONFIG = 78

let logger = createLogger({ level: 'info' })
try {
  const config = loadConfig(readEnv())
  const { logLevel: level } = config
  logger = process.stdout.isTTY ? createLogger({ level, destination: await prettyStdout() }) : createLogger({ level })
  const app = await createApp(config, { logger })
  const signal = await nextSignal()
  logger.info({ signal }, 'process.stopping')
  const force = (why: string) => {
    logger.error({ why }, 'process.forced')
    process.exit(1)
  }
  setTimeout(force, config.shutdownTimeoutMs, 'the time for a stop was over').unref()
  nextSignal().then(() => force('a second signal came'))
  await app[Symbol.asyncDispose]()
  process.exit(0)
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  for (const fault of error.faults) logger.fatal({ fault }, 'config.refused')
  process.exit(EXIT_CONFIG)
}

function nextSignal(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
  return promise
}
