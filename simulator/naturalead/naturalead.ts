import express, { type Request, Router } from 'express'
import type { Control } from '../control.ts'
import type { Manners } from '../gateway.ts'
import { jsonOf } from '../json-body.ts'
import type { Part, PartOptions } from '../part.ts'
import type { Facts } from '../truth.ts'
import { type Conversations, createConversations } from './conversations.ts'
import { createDoor, type Door } from './door.ts'
import { createLeads } from './leads.ts'
import { errorBody, notFound, refusalAnswer } from './refusals.ts'
import { createRoutes } from './routes.ts'

/** NaturaLead: leads and conversations under `/naturalead/api`. A conversation counts as a call in the truth. */
export function createNaturaLead(options: PartOptions): Part {
  const { gateway } = options
  const door = createDoor(options)
  const leads = createLeads(options)
  const conversations = createConversations({ ...options, leads })

  const router = Router()
  router.use(express.text({ limit: '1mb', type: () => true }))
  router.use(door.meter)
  gateway.mount(router, createManners(door, conversations), createRoutes({ door, leads, conversations }), () => {
    throw notFound('Route')
  })

  return {
    vendor: 'naturalead',
    path: '/naturalead/api',
    router,
    facts: (): Partial<Facts> => ({
      calls: conversations.facts('api'),
      foreignCalls: conversations.facts('foreign'),
      texts: [...conversations.texts()],
      writes: [...leads.writes(), ...conversations.writes()],
    }),
    obey(control: Control): void {
      for (const lead of control.leads ?? []) leads.put(lead)
      conversations.rewind(Object.keys(control.scripts ?? {}))
      for (const order of control.foreignConversations ?? []) conversations.addForeign(order)
    },
    reset(): void {
      for (const room of [door, leads, conversations]) room.reset()
    },
  }
}

function createManners(door: Door, conversations: Conversations): Manners {
  return {
    vendor: 'naturalead',
    routePrefix: 'naturalead ',
    authenticate: door.authenticate,
    leadIdsOf: request => leadIdsOf(request, conversations),
    refuse: refusalAnswer,
    errorBody,
  }
}

/** From the body, or the conversation that is asked for. */
function leadIdsOf(request: Request, conversations: Conversations): string[] {
  const { id } = request.params
  const owner = typeof id === 'string' ? conversations.leadIdOf(id) : undefined
  return [owner, namedIn(request)].filter(found => found !== undefined)
}

function namedIn(request: Request): string | undefined {
  try {
    const body = jsonOf(request)
    const leadId: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'leadId') : undefined
    return typeof leadId === 'number' || typeof leadId === 'string' ? String(leadId) : undefined
  } catch {
    return undefined
  }
}
