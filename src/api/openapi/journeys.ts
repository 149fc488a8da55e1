import { z } from 'zod'
import { Journey, Journeys } from '../../answers/journey.ts'
import { JourneyBody, JourneyQuery } from '../journeys.ts'
import { json, type Operation, problem } from './operation.ts'

const unknown = problem('no such journey')

export const journeyOperations: Operation[] = [
  {
    method: 'post',
    path: '/api/v1/journeys',
    section: 'Journeys',
    summary: 'Ask for a journey',
    details:
      'The lead is called by the rules of the campaign. With an `Idempotency-Key` the same request may be sent twice for 24 hours: the second one is answered with the same journey.',
    role: 'operator',
    headers: z.object({ 'Idempotency-Key': z.string().optional() }),
    body: { content: { 'application/json': JourneyBody } },
    answers: {
      201: json('the journey', Journey),
      404: problem('no such campaign'),
      409: problem(
        'the lead is there already: `journeyId` names the journey; `force` starts another one after the end',
      ),
      422: problem('this Idempotency-Key was used with another body'),
    },
    example: {
      headers: { 'Idempotency-Key': 'order-4711' },
      body: { campaign: 'roof-quotes', leadId: 'lead_1', phone: '+12025550123', firstName: 'Ann' },
    },
  },
  {
    method: 'get',
    path: '/api/v1/journeys',
    section: 'Journeys',
    summary: 'Find journeys',
    details: 'Newest first. By lead, number, interaction, event or `q` there is one page of at most `limit`.',
    role: 'viewer',
    query: JourneyQuery,
    answers: { 200: json('a page of journeys', Journeys) },
    example: { query: { phone: '+12025550123' } },
  },
  {
    method: 'get',
    path: '/api/v1/journeys/{id}',
    section: 'Journeys',
    summary: 'One journey with its timeline',
    role: 'viewer',
    answers: { 200: json('the journey', Journey), 404: unknown },
  },
  {
    method: 'post',
    path: '/api/v1/journeys/{id}/cancel',
    section: 'Journeys',
    summary: 'Stop a journey',
    details: 'No further call, text or pixel. One that has ended stays as it is.',
    role: 'operator',
    answers: { 200: json('the journey', Journey), 404: unknown },
  },
]
