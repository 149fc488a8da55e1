import { Event, Events } from '../../answers/event.ts'
import { EventQuery } from '../events.ts'
import { json, type Operation, problem } from './operation.ts'

const section = 'Events'
const unknown = problem('no such event')

export const eventOperations: Operation[] = [
  {
    method: 'get',
    path: '/api/v1/events',
    section,
    summary: 'What came in from outside',
    role: 'viewer',
    query: EventQuery,
    answers: { 200: json('a page of events', Events) },
    example: { query: { source: 'leadsail', status: 'rejected' } },
  },
  {
    method: 'get',
    path: '/api/v1/events/{id}',
    section,
    summary: 'One event',
    role: 'viewer',
    answers: { 200: json('the event', Event), 404: unknown },
  },
  {
    method: 'get',
    path: '/api/v1/events/{id}/raw',
    section,
    summary: 'Its body, byte for byte',
    role: 'viewer',
    answers: {
      200: {
        means: 'the body; `X-Event-Content-Type` says what it was sent as',
        content: { 'application/octet-stream': 'binary' },
      },
      404: problem('no such event, or its body is past its retention'),
    },
  },
  {
    method: 'post',
    path: '/api/v1/events/{id}/replay',
    section,
    summary: 'Handle an event once more',
    details: 'It starts nothing for a lead who is there: `reentry` holds.',
    role: 'operator',
    answers: { 202: json('the event', Event), 404: unknown },
  },
]
