import { onTestFinished } from 'vitest'
import type { ControlInput } from './control.ts'
import { createSimulator, type Simulator } from './simulator.ts'

interface Envelope {
  success: boolean
  // The shape differs by route; a test states what it expects of it.
  data: Record<string, unknown>
  error: { code: string; message: string; details?: string[] }
}

export interface Bench {
  simulator: Simulator
  /** Moves the simulator's clock. */
  advance(ms: number): void
  now(): number
  get(path: string): Promise<{ status: number; body: Envelope }>
  post(path: string, body: unknown): Promise<{ status: number; body: Envelope }>
  patch(path: string, body: unknown): Promise<{ status: number; body: Envelope }>
  /** The bare request, for answers that are none. */
  request(method: string, path: string, options?: RequestInit): Promise<Response>
  /** Places a call and answers its interaction id. */
  call(leadId: string, more?: Record<string, unknown>): Promise<string>
  interaction(interactionId: string): Promise<Record<string, unknown>>
  list(leadId: string): Promise<Record<string, unknown>[]>
}

/** A simulator over real HTTP with a clock that stands until it is moved; closed when the test ends. */
export async function startBench(control: Partial<ControlInput> = {}, seed = 1): Promise<Bench> {
  let clock = Date.parse('2026-11-20T17:00:00Z')
  const simulator = await createSimulator({ seed, control, now: () => clock })
  onTestFinished(() => simulator.close())

  const request = (method: string, path: string, options: RequestInit = {}) =>
    fetch(`${simulator.leadsailUrl}${path}`, {
      method,
      headers: { 'x-api-key': 'key', 'content-type': 'application/json' },
      ...options,
    })
  const exchange = async (method: string, path: string, body?: unknown) => {
    const response = await request(method, path, body === undefined ? {} : { body: JSON.stringify(body) })
    return { status: response.status, body: (await response.json()) as Envelope }
  }
  return {
    simulator,
    advance(ms) {
      clock += ms
    },
    now: () => clock,
    request,
    get: path => exchange('GET', path),
    post: (path, body) => exchange('POST', path, body),
    patch: (path, body) => exchange('PATCH', path, body),
    async call(leadId, more = {}) {
      const { body } = await exchange('POST', '/voice/calls/initiate', { leadId, ...more })
      return String(body.data['interactionId'])
    },
    async interaction(interactionId) {
      return (await exchange('GET', `/interactions/${interactionId}`)).body.data
    },
    async list(leadId) {
      const { body } = await exchange('GET', `/interactions/lead/${leadId}`)
      return body.data['interactions'] as Record<string, unknown>[]
    },
  }
}
