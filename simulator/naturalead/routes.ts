import type { Request } from 'express'
import { z } from 'zod'
import type { Answer, RouteSpec } from '../gateway.ts'
import { jsonOf } from '../json-body.ts'
import { channels, type scopes } from './control.ts'
import type { Conversations } from './conversations.ts'
import type { Door } from './door.ts'
import { CreateLeadBody, type Leads, PatchLeadBody, SyncBody, UnsyncBody } from './leads.ts'

const count = (otherwise: number) => z.coerce.number().int().min(0).default(otherwise)
const Page = z.object({ skip: count(0), limit: count(50) })
const SearchQuery = z.object({ q: z.string().default(''), limit: count(50) })
const ListQuery = z.object({
  status: z.enum(['active', 'completed', 'handed_off', 'dropped']).optional(),
  search: z.string().max(100).optional(),
})
/** The sample sends a number, the object holds a text. */
const StartBody = z.object({ leadId: z.union([z.int(), z.string()]).transform(String), channel: z.enum(channels) })
const SendBody = z.object({ message: z.string().min(1) })
const StatusBody = z.object({ status: z.enum(['completed', 'handed_off', 'dropped']) })

type Scope = (typeof scopes)[number]

/** NaturaLead's endpoints. The order matters where a word could be an id. */
export function createRoutes({
  door,
  leads,
  conversations,
}: {
  door: Door
  leads: Leads
  conversations: Conversations
}): RouteSpec[] {
  const route = (
    method: RouteSpec['method'],
    path: string,
    scope: Scope,
    tell: (request: Request) => unknown,
    status = 200,
  ): RouteSpec => ({
    method,
    path,
    handle(request): Answer {
      door.allow(scope)
      return { status, body: tell(request) }
    },
  })
  return [
    route('get', '/leads', 'leads:view', ({ query }) => {
      const { skip, limit } = Page.parse(query)
      const all = leads.all()
      return { leads: all.slice(skip, skip + limit).map(leads.show), total: all.length }
    }),
    route('get', '/leads/search', 'leads:view', ({ query }) => {
      const { q, limit } = SearchQuery.parse(query)
      return leads.search(q).slice(0, limit).map(leads.show)
    }),
    route('post', '/leads/sync', 'leads:sync_create', request => {
      door.countSync(request)
      return leads.sync(SyncBody.parse(jsonOf(request)).leads)
    }),
    route('delete', '/leads/sync', 'leads:sync_delete', request => {
      door.countSync(request)
      return leads.unsync(UnsyncBody.parse(jsonOf(request)).lead_ids)
    }),
    route(
      'post',
      '/leads',
      'leads:import',
      request => leads.show(leads.create(CreateLeadBody.parse(jsonOf(request)))),
      201,
    ),
    route('patch', '/leads/:id', 'leads:import', request =>
      leads.show(leads.change(idOf(request), PatchLeadBody.parse(jsonOf(request)))),
    ),
    route('delete', '/leads/:id', 'leads:import', request => ({ success: leads.remove(idOf(request)) })),
    route('get', '/conversations', 'conversations:view', ({ query }) => conversations.list(ListQuery.parse(query))),
    route(
      'post',
      '/conversations/start',
      'leads:start_conversation',
      request => {
        const { leadId, channel } = StartBody.parse(jsonOf(request))
        return conversations.start(leadId, channel)
      },
      201,
    ),
    route('get', '/conversations/:id', 'conversations:view', request => conversations.show(idOf(request))),
    route('post', '/conversations/:id/send', 'conversations:send_message', request =>
      conversations.send(idOf(request), SendBody.parse(jsonOf(request)).message),
    ),
    route('patch', '/conversations/:id/status', 'conversations:change_status', request =>
      conversations.end(idOf(request), StatusBody.parse(jsonOf(request)).status),
    ),
  ]
}

function idOf({ params: { id } }: Request): string {
  return typeof id === 'string' ? id : ''
}
