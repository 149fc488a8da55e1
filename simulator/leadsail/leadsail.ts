import express, { type Request, Router } from 'express'
import { isLetIn } from '../access.ts'
import type { Control } from '../control.ts'
import type { Manners } from '../gateway.ts'
import { jsonOf } from '../json-body.ts'
import type { Part, PartOptions } from '../part.ts'
import type { Facts, TruthCall } from '../truth.ts'
import { createCalls } from './calls.ts'
import { createCampaigns } from './campaigns.ts'
import { createDialing } from './dialing.ts'
import { errorBody, notFound, Refusal, refusalAnswer } from './envelope.ts'
import { createInteractionBook, type InteractionBook } from './interaction-book.ts'
import { type CallRecord, statusAt } from './interactions.ts'
import { createLeadDesk } from './lead-desk.ts'
import { createLeads } from './leads.ts'
import { createPixels } from './pixels.ts'
import { createRoutes } from './routes.ts'
import { createSmsAgent } from './sms-agent.ts'
import { createTexts } from './texts.ts'

/** LeadSail: leads, calls, texts and pixels under `/leadsail/api/v1`. */
export function createLeadsail(options: PartOptions): Part {
  const { now, settings, gateway } = options
  const campaigns = createCampaigns(options)
  const leads = createLeads({ ...options, campaigns })
  const book = createInteractionBook(options)
  const calls = createCalls({ ...options, book, leads, campaigns })
  const agent = createSmsAgent({ ...options, leads, campaigns })
  const texts = createTexts({ ...options, book, leads, campaigns, agent })
  const dialing = createDialing({ ...options, leads, campaigns, calls })
  const desk = createLeadDesk({ ...options, leads })
  const pixels = createPixels({ now, leads })

  const router = Router()
  router.use(express.text({ limit: '1mb', type: () => true }))
  const routes = createRoutes({ book, campaigns, desk, dialing, leads, pixels, texts })
  gateway.mount(router, createManners(settings, book), routes, () => {
    throw notFound()
  })

  return {
    vendor: 'leadsail',
    path: '/leadsail/api/v1',
    router,
    facts: (): Partial<Facts> => ({
      calls: factsOf(calls.placed(), now()),
      texts: [...texts.sent()],
      pixels: [...pixels.fired()],
      writes: [...desk.writes()],
      handOvers: [...dialing.handedOver()],
      foreignCalls: factsOf(calls.foreign(), now()),
    }),
    obey(control: Control): void {
      for (const lead of control.leads ?? []) leads.put(lead)
      calls.rewind(Object.keys(control.scripts ?? {}))
      for (const text of control.inbound ?? []) texts.receive(text)
      for (const call of control.inboundCalls ?? []) calls.addForeign(call, 'inbound')
      for (const call of control.foreignCalls ?? []) calls.addForeign(call, 'outbound')
      for (const order of control.submit ?? []) desk.announce(order)
    },
    reset(): void {
      for (const room of [campaigns, leads, book, calls, agent, texts, dialing, desk, pixels]) room.reset()
    },
  }
}

function createManners(settings: PartOptions['settings'], book: InteractionBook): Manners {
  return {
    vendor: 'leadsail',
    routePrefix: '',
    authenticate(request) {
      if (isLetIn(settings, 'leadsail', request.get('x-api-key'))) return
      throw new Refusal('UNAUTHORIZED', 'Authentication required')
    },
    leadIdsOf: request => leadIdsOf(request, book),
    refuse: refusalAnswer,
    errorBody,
  }
}

/** From the path, the body, or the interaction that is asked for. */
function leadIdsOf(request: Request, book: InteractionBook): string[] {
  const { leadId, interactionId } = request.params
  const body = bodyOf(request)
  const listed = body['leadIds']
  const owner = typeof interactionId === 'string' ? book.leadIdOf(interactionId) : undefined
  return [leadId, owner, body['leadId'], ...(Array.isArray(listed) ? listed : [])].filter(id => typeof id === 'string')
}

function bodyOf(request: Request): Record<string, unknown> {
  try {
    const body = jsonOf(request)
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** Calls that lie in the future have not happened. */
function factsOf(calls: readonly CallRecord[], now: number): TruthCall[] {
  return calls
    .filter(call => call.createdAt <= now)
    .map(call => ({
      vendor: 'leadsail',
      interactionId: call.interactionId,
      leadId: call.leadId,
      phone: call.phone,
      campaignId: call.campaignId,
      at: call.createdAt,
      endsAt: Number.isFinite(call.endsAt) ? call.endsAt : null,
      status: statusAt(call, now),
      outcome: call.status,
      test: call.isTest,
      ...(call.via === 'dialer' && { viaDialer: true }),
      ...(call.instructions !== undefined && { instructions: call.instructions }),
    }))
}
