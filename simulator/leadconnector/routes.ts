import type { Request } from 'express'
import { z } from 'zod'
import type { RouteSpec } from '../gateway.ts'
import { jsonOf } from '../json-body.ts'
import type { Announcer } from './announcer.ts'
import { showLog, showMessage } from './call-log.ts'
import { ListQuery, pageOf } from './call-log-list.ts'
import type { Calls } from './calls.ts'
import { type Contacts, showContact } from './contacts.ts'
import type { Door } from './door.ts'
import { Refusal, readQuery } from './refusals.ts'
import { MessageBody, type Texts } from './texts.ts'
import type { Tokens } from './tokens.ts'

interface Rooms {
  announcer: Announcer
  calls: Calls
  contacts: Contacts
  door: Door
  texts: Texts
  tokens: Tokens
  now: () => number
  /** A call has been wished for: its end is to be announced. */
  onCall: () => void
}

const EnrolBody = z.object({ eventStartTime: z.iso.datetime({ offset: true }).optional() }).default({})
const OfLocation = z.object({ locationId: z.string().min(1) })

/** LeadConnector's endpoints, as far as a caller needs them. */
export function createRoutes({ announcer, calls, contacts, door, texts, tokens, now, onCall }: Rooms): RouteSpec[] {
  const route = (method: RouteSpec['method'], path: string, tell: (request: Request) => unknown): RouteSpec => ({
    method,
    path,
    handle: request => ({ status: 200, body: tell(request) }),
  })

  return [
    { method: 'post', path: '/oauth/token', handle: tokens.grant },

    route('get', '/contacts/:contactId', request => ({
      contact: showContact(contacts.find(idOf(request, 'contactId')), announcer.locationId()),
      traceId: 'simulated-trace',
    })),
    route('post', '/contacts/:contactId/workflow/:workflowId', request => {
      EnrolBody.parse(jsonOf(request))
      calls.enrol(contacts.find(idOf(request, 'contactId')), idOf(request, 'workflowId'))
      onCall()
      // So it is printed.
      return { succeded: true, traceId: 'simulated-trace' }
    }),
    route('delete', '/contacts/:contactId/workflow/:workflowId', request => {
      calls.leave(contacts.find(idOf(request, 'contactId')).contactId, idOf(request, 'workflowId'))
      return { succeded: true, traceId: 'simulated-trace' }
    }),

    route('get', '/voice-ai/dashboard/call-logs', request => {
      const query = readQuery(ListQuery, request.query)
      door.requireLocation(query.locationId)
      return pageOf(calls.logs(), query)
    }),
    route('get', '/voice-ai/dashboard/call-logs/:callId', request => {
      door.requireLocation(readQuery(OfLocation, request.query).locationId)
      return showLog(calls.find(idOf(request, 'callId')))
    }),

    route('post', '/conversations/messages', request => texts.send(readQuery(MessageBody, jsonOf(request)))),
    route('get', '/conversations/messages/:id', request => {
      const id = idOf(request, 'id')
      const call = calls.findByMessage(id)
      const locationId = announcer.locationId()
      const shown = call === undefined ? texts.show(id, locationId) : showMessage(call, locationId, now())
      if (shown === undefined) throw new Refusal(400, 'Message not found')
      return shown
    }),
  ]
}

function idOf(request: Request, name: string): string {
  const value = request.params[name]
  return typeof value === 'string' ? value : ''
}
