import express, { type Request, type Response, Router } from 'express'
import { ZodError } from 'zod'
import type { ControlInput } from './control.ts'
import { Instant } from './leadsail/control.ts'
import type { Simulator } from './simulator.ts'

type Controlled = Pick<Simulator, 'control' | 'state' | 'truth' | 'requests' | 'reset' | 'leadConnectorPublicKey'>

/** `/_control`: orders in, truth out. For tests and people; no vendor has it. */
export function createControlRouter(simulator: Controlled): Router {
  const router = Router()
  router.use(express.json({ limit: '64mb', type: () => true }))
  router.get('/', (_request, response) => {
    const { leadConnectorPublicKey } = simulator
    response.json({ ...simulator.state(), leadConnectorPublicKey })
  })
  router.post('/', (request, response) => {
    try {
      response.json(simulator.control((request.body ?? {}) as ControlInput))
    } catch (error) {
      refuse(response, error)
    }
  })
  router.post('/reset', (_request, response) => {
    simulator.reset()
    response.json(simulator.state())
  })
  router.get('/truth', (request, response) => {
    answerSince(request, response, since =>
      simulator.truth({ ...(since !== undefined && { since }), lists: parameters(request).get('lists') !== 'false' }),
    )
  })
  router.get('/requests', (request, response) => {
    answerSince(request, response, since => ({ requests: simulator.requests(since) }))
  })
  return router
}

function answerSince(request: Request, response: Response, tell: (since: number | undefined) => unknown): void {
  const text = parameters(request).get('since')
  try {
    response.json(tell(text === null ? undefined : Instant.parse(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text)))
  } catch (error) {
    refuse(response, error)
  }
}

function parameters(request: Request): URLSearchParams {
  return new URL(request.originalUrl, 'http://simulator').searchParams
}

function refuse(response: Response, error: unknown): void {
  if (!(error instanceof ZodError)) throw error
  response.status(400).json({ error: 'invalid', issues: error.issues })
}
