import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { ControlInput } from '../control.ts'
import { createSimulator, type Simulator } from '../simulator.ts'
import { USUAL_LOCATION } from './control.ts'

interface Answer {
  status: number
  // The shape differs by route; a test states what it expects of it.
  body: Record<string, unknown>
  headers: Headers
}

/** A simulated LeadConnector over real HTTP, with a clock that stands until it is moved. */
export interface Bench {
  simulator: Simulator
  advance(ms: number): void
  now(): number
  /** With a token and the version that the endpoint wants; `headers` go before them. A body that is text is sent as it is. */
  ask(method: string, path: string, more?: { body?: unknown; headers?: Record<string, string> }): Promise<Answer>
  /** The page of call logs that a query gives. */
  list(query?: string): Promise<Answer>
  /** Their ids. */
  ids(query?: string): Promise<unknown[]>
}

/** Closed when the test ends. */
export async function startBench(control: Partial<ControlInput> = {}): Promise<Bench> {
  let clock = Date.parse('2026-11-20T17:00:00Z')
  const simulator = await createSimulator({ seed: 1, control, now: () => clock })
  onTestFinished(() => simulator.close())
  const bench: Bench = {
    simulator,
    advance(ms) {
      clock += ms
    },
    now: () => clock,
    async ask(method, path, { body, headers } = {}) {
      const response = await fetch(`${simulator.leadconnectorUrl}${path}`, {
        method,
        headers: {
          authorization: 'Bearer pit-1',
          version: path.startsWith('/contacts') ? '2021-07-28' : '2021-04-15',
          'content-type': 'application/json',
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const answer = z.record(z.string(), z.unknown()).parse(await response.json())
      return { status: response.status, body: answer, headers: response.headers }
    },
    list: (query = '') => bench.ask('GET', `/voice-ai/dashboard/call-logs?locationId=${USUAL_LOCATION}${query}`),
    async ids(query) {
      const { body } = await bench.list(query)
      const logs = Array.isArray(body['callLogs']) ? body['callLogs'] : []
      return logs.map(({ id }) => id)
    },
  }
  return bench
}
