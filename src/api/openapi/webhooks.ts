import { z } from 'zod'
import { Receipt } from '../../answers/event.ts'
import { StandardEvent } from '../../sources/standard.ts'
import { json, type Operation, problem } from './operation.ts'

const section = 'Webhooks'

const answers = {
  200: json('seen before', Receipt),
  202: json('verified, complete and on disk', Receipt),
  401: problem('signature, secret or timestamp is wrong'),
  404: problem('no such source is configured'),
  405: problem('not POST'),
  413: problem('over 1,048,576 bytes'),
  415: problem('neither JSON nor, at twilio, a form'),
  429: problem('cannot be stored now (leadconnector)'),
  503: problem('cannot be stored now: send it again'),
}

export const webhookOperations: Operation[] = [
  {
    method: 'post',
    path: '/webhooks/standard',
    section,
    summary: 'An event of your own',
    details: 'Signed as Standard Webhooks (https://www.standardwebhooks.com) with WEBHOOK_SECRET.',
    role: 'anyone',
    headers: z.object({
      'webhook-id': z.string(),
      'webhook-timestamp': z.string(),
      'webhook-signature': z.string(),
    }),
    body: { content: { 'application/json': StandardEvent } },
    answers,
    example: {
      headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': '1796115600', 'webhook-signature': 'v1,…' },
      body: {
        type: 'call.requested',
        timestamp: '2026-12-01T09:00:00Z',
        data: { campaign: 'roof-quotes', leadId: 'lead_1' },
      },
    },
  },
  {
    method: 'post',
    path: '/webhooks/{source}',
    section,
    summary: 'A delivery of a vendor',
    details: 'Verified as that vendor signs. elevenlabs is answered 200, twilio 200 with `<Response/>`.',
    role: 'anyone',
    body: { content: { 'application/json': z.looseObject({}), 'application/x-www-form-urlencoded': 'text' } },
    answers,
  },
  {
    method: 'post',
    path: '/webhooks/leadsail-sms/{secret}',
    section,
    summary: "A delivery of LeadSail's SMS agent",
    role: 'anyone',
    body: { content: { 'application/json': z.looseObject({}) } },
    answers,
  },
]
