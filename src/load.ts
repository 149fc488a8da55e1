import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/** Beside what was installed, for nobody else may write there; where we may not either, nothing is kept. */
const KEPT_IN = join(import.meta.dirname, '../node_modules/.cache/aftercall')

/**
 * Loads the program, with what earlier starts have compiled: without types to strip and code to compile a start takes
 * half the time.
 */
export async function loadProgram() {
  enableCompileCache(KEPT_IN)
  const { createLogger, prettyStdout } = await import('./logger.ts')
  const { ConfigError } = await import('./errors.ts')
  const { loadConfig, readEnv } = await import('./config.ts')
  const { createApp } = await import('./app.ts')
  const { keepSmall } = await import('./keep-small.ts')
  return { createApp, keepSmall, loadConfig, readEnv, ConfigError, createLogger, prettyStdout }
}
