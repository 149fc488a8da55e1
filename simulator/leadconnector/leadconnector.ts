import express, { type Request, Router } from 'express'
import type { Control } from '../control.ts'
import type { Manners } from '../gateway.ts'
import { jsonOf } from '../json-body.ts'
import type { Part, PartOptions } from '../part.ts'
import type { Facts, TruthCall } from '../truth.ts'
import { createAnnouncer } from './announcer.ts'
import { createCallEnds } from './call-ends.ts'
import type { CallRecord } from './call-log.ts'
import { type Calls, createCalls } from './calls.ts'
import { createContacts, showContact } from './contacts.ts'
import { createDoor, type Door } from './door.ts'
import { errorBody, Refusal, refusalAnswer } from './refusals.ts'
import { createRoutes } from './routes.ts'
import type { Signer } from './signing.ts'
import { createTexts } from './texts.ts'
import { createTokens } from './tokens.ts'

/** LeadConnector (HighLevel): contacts, workflows that call, call logs, texts and signed webhooks under `/leadconnector`. */
export function createLeadConnector(options: PartOptions & { signer: Signer }): Part {
  const { now, gateway } = options
  const tokens = createTokens(options)
  const door = createDoor({ ...options, tokens })
  const contacts = createContacts(options)
  const announcer = createAnnouncer(options)
  const calls = createCalls({ ...options, contacts })
  const texts = createTexts({ ...options, contacts, announcer })
  const ends = createCallEnds({ now, calls, announcer })

  const router = Router()
  router.use(express.text({ limit: '1mb', type: () => true }))
  router.use(door.meter)
  const routes = createRoutes({ announcer, calls, contacts, door, texts, tokens, now, onCall: ends.look })
  gateway.mount(router, createManners(door, calls), routes, request => {
    throw new Refusal(404, `Cannot ${request.method} ${request.path}`)
  })

  return {
    vendor: 'leadconnector',
    path: '/leadconnector',
    router,
    facts: (): Partial<Facts> => ({
      calls: factsOf(calls, 'workflow', now()),
      foreignCalls: factsOf(calls, 'elsewhere', now()),
      texts: [...texts.sent()],
    }),
    obey(control: Control): void {
      for (const lead of control.leads ?? []) contacts.put(lead)
      calls.rewind(Object.keys(control.scripts ?? {}))
      const orders = control.leadconnector ?? {}
      for (const order of orders.calls ?? []) calls.addElsewhere(order)
      for (const text of orders.inbound ?? []) texts.receive(text)
      for (const order of orders.dnd ?? []) {
        announcer.announce('ContactDndUpdate', showContact(contacts.setDnd(order), announcer.locationId()))
      }
      if (orders.revoke === true) tokens.revoke()
      ends.look()
    },
    reset(): void {
      for (const room of [tokens, door, contacts, calls, texts, ends]) room.reset()
    },
  }
}

function createManners(door: Door, calls: Calls): Manners {
  return {
    vendor: 'leadconnector',
    routePrefix: 'leadconnector ',
    authenticate: door.authenticate,
    leadIdsOf: request => leadIdsOf(request, calls),
    refuse: refusalAnswer,
    errorBody: status => errorBody(status),
  }
}

/** From the path, the query, the body, or the call that is asked for. */
function leadIdsOf(request: Request, calls: Calls): string[] {
  const { contactId, callId, id } = request.params
  const owner = typeof callId === 'string' ? calls.contactOf(callId) : undefined
  const called = typeof id === 'string' ? calls.findByMessage(id)?.contactId : undefined
  return [contactId, request.query['contactId'], owner, called, namedIn(request)].filter(
    found => typeof found === 'string',
  )
}

function namedIn(request: Request): unknown {
  try {
    const body = jsonOf(request)
    return typeof body === 'object' && body !== null ? Reflect.get(body, 'contactId') : undefined
  } catch {
    return undefined
  }
}

/** Calls that lie in the future have not happened. A call belongs to the agent's campaigns. */
function factsOf(calls: Calls, via: CallRecord['via'], at: number): TruthCall[] {
  return calls
    .all()
    .filter(call => call.via === via && call.createdAt <= at)
    .map(call => ({
      vendor: 'leadconnector',
      interactionId: call.id,
      leadId: call.contactId,
      phone: call.phone,
      campaignId: call.agentId,
      at: call.createdAt,
      endsAt: Number.isFinite(call.endsAt) ? call.endsAt : null,
      status: at < call.endsAt ? 'pending' : call.callStatus,
      outcome: call.callStatus,
      test: call.trial,
    }))
}
