import { loadProgram } from './load.ts'

/** EX_CONFIG of sysexits.h. */
const EXIT_CONFIG = 78

/** npm passes on the Ctrl-C that the terminal has sent to us already: what follows at once is the same signal. */
const SAME_SIGNAL_MS = 500

// From the first moment, so that a stop while it starts is a stop like any other.
const { promise: stop, resolve } = Promise.withResolvers<string>()
let obey = resolve
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => obey(signal))

const { createApp, keepSmall, loadConfig, readEnv, ConfigError, createLogger, prettyStdout } = await loadProgram()
let logger = createLogger({ level: 'info' })
const force = (why: string) => {
  logger.error({ why }, 'process.forced')
  process.exit(1)
}

try {
  const config = loadConfig(readEnv())
  const { logLevel: level, shutdownTimeoutMs } = config
  logger = process.stdout.isTTY ? createLogger({ level, destination: await prettyStdout() }) : createLogger({ level })
  stop.then(signal => {
    logger.info({ signal }, 'process.stopping')
    setTimeout(() => (obey = () => force('a second signal came')), SAME_SIGNAL_MS).unref()
    setTimeout(force, shutdownTimeoutMs, 'the time for a stop was over').unref()
  })
  const app = await createApp(config, { logger })
  keepSmall()
  await stop
  await app[Symbol.asyncDispose]()
  process.exit(0)
} catch (error) {
  const faults = error instanceof ConfigError ? error.faults : undefined
  for (const fault of faults ?? []) logger.fatal({ fault }, 'config.refused')
  if (faults === undefined) logger.fatal({ err: error }, 'process.failed')
  process.exit(faults === undefined ? 1 : EXIT_CONFIG)
}
