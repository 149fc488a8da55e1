import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ControlInput } from '../simulator/control.ts'
import type { Truth } from '../simulator/truth.ts'
import { startChild } from './child.ts'

const MAIN = fileURLToPath(new URL('../simulator/main.ts', import.meta.url))

/** The fake vendor in a process of its own; it outlives every disturbance and keeps the truth. */
export interface Vendor extends AsyncDisposable {
  /** Base URL of its API. */
  url: string
  control(input: Partial<ControlInput>): Promise<void>
  truth(): Promise<Truth>
}

export async function startVendor(dir: string, seed: number): Promise<Vendor> {
  const listening = Promise.withResolvers<string>()
  const child = startChild(MAIN, ['--port', '0', '--seed', String(seed)], {
    cwd: dir,
    env: {},
    logFile: join(dir, 'vendor.log'),
    onLine(line) {
      if (line.includes('"simulator.listening"')) listening.resolve(String(JSON.parse(line).url))
    },
  })
  child.ended.then(() => listening.reject(new Error('the simulator did not start: see vendor.log')))
  const base = await listening.promise
  return {
    url: `${base}/leadsail/api/v1`,
    async control(input) {
      const answer = await fetch(`${base}/_control`, { method: 'POST', body: JSON.stringify(input) })
      if (!answer.ok) throw new Error(`the simulator refused its settings: ${await answer.text()}`)
    },
    async truth() {
      return (await (await fetch(`${base}/_control/truth`)).json()) as Truth
    },
    [Symbol.asyncDispose]: () => child.kill9(),
  }
}
