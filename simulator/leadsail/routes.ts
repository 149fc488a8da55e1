import type { Request } from 'express'
import type { Answer, RouteSpec } from '../gateway.ts'
import { jsonOf } from '../json-body.ts'
import {
  AutoDialerBody,
  CreateLeadBody,
  InitiateBody,
  ListCampaignsQuery,
  ListLeadsQuery,
  PatchLeadBody,
  PatchSubmissionBody,
  PixelBody,
  SmsBody,
  SubmitLeadBody,
} from './bodies.ts'
import { type CampaignRecord, type Campaigns, voiceAgentOf } from './campaigns.ts'
import type { Dialing } from './dialing.ts'
import { success } from './envelope.ts'
import type { InteractionBook } from './interaction-book.ts'
import type { LeadDesk } from './lead-desk.ts'
import type { Leads } from './leads.ts'
import type { createPixels } from './pixels.ts'
import type { Texts } from './texts.ts'

interface Rooms {
  book: InteractionBook
  campaigns: Campaigns
  desk: LeadDesk
  dialing: Dialing
  leads: Leads
  pixels: ReturnType<typeof createPixels>
  texts: Texts
}

/** LeadSail's endpoints. The order matters where a word could be an id. */
export function createRoutes({ book, campaigns, desk, dialing, leads, pixels, texts }: Rooms): RouteSpec[] {
  const get = (path: string, tell: (request: Request) => unknown) => route('get', path, tell)
  const post = (path: string, tell: (request: Request) => unknown) => route('post', path, tell)
  const patch = (path: string, tell: (request: Request) => unknown) => route('patch', path, tell)
  return [
    post('/voice/calls/initiate', request => {
      const { interactionId, leadId, campaignId } = dialing.initiate(InitiateBody.parse(jsonOf(request)))
      return { interactionId, leadId, campaignId, agentId: voiceAgentOf(campaignId) }
    }),
    get('/interactions/lead/:leadId', request => ({ interactions: book.list(leads.find(idOf(request, 'leadId'))) })),
    get('/interactions/:interactionId', request => book.show(idOf(request, 'interactionId'))),
    post('/sms/send', request => {
      const { messageId, interactionId } = texts.send(SmsBody.parse(jsonOf(request)))
      return { messageId, status: 'sent', interactionId }
    }),
    post('/pixels/fire', request => pixels.fire(PixelBody.parse(jsonOf(request)))),
    post('/leads', request => {
      const body = CreateLeadBody.parse(jsonOf(request))
      campaigns.find(body.campaignId)
      return desk.create(body)
    }),
    post('/leads/submit', request => {
      const body = SubmitLeadBody.parse(jsonOf(request))
      campaigns.find(body.campaignId)
      return desk.submit(body)
    }),
    post('/leads/send-to-auto-dialer', request => dialing.handOver(AutoDialerBody.parse(jsonOf(request)).leadIds)),
    get('/leads', request => desk.list(ListLeadsQuery.parse(request.query))),
    get('/leads/:leadId', request => leads.show(leads.find(idOf(request, 'leadId')))),
    patch('/leads/:leadId', request => desk.change(idOf(request, 'leadId'), PatchLeadBody.parse(jsonOf(request)))),
    patch('/submissions/:submissionId', request =>
      desk.changeSubmission(idOf(request, 'submissionId'), PatchSubmissionBody.parse(jsonOf(request))),
    ),
    get('/campaigns', request => pageOf(campaigns.list(), ListCampaignsQuery.parse(request.query))),
  ]
}

function route(method: RouteSpec['method'], path: string, tell: (request: Request) => unknown): RouteSpec {
  return { method, path, handle: (request): Answer => success(tell(request)) }
}

function idOf(request: Request, name: string): string {
  const value = request.params[name]
  return typeof value === 'string' ? value : ''
}

function pageOf(all: CampaignRecord[], query: ReturnType<typeof ListCampaignsQuery.parse>) {
  const { page, limit, active, search } = query
  const found = all
    .map(campaign => ({ ...campaign, name: campaign.name ?? `Campaign ${campaign.campaignId}` }))
    .filter(campaign => active === undefined || campaign.active === (active === 'true'))
    .filter(({ name }) => search === undefined || name.toLowerCase().includes(search.toLowerCase()))
  const campaigns = found.slice((page - 1) * limit, page * limit).map(({ campaignId, name, active: isActive }) => ({
    campaignId,
    name,
    active: isActive,
    clientId: `client_${campaignId}`,
    offerId: `offer_${campaignId}`,
  }))
  return { campaigns, page, limit, total: found.length }
}
