import { Journey } from '../../answers/journey.ts'
import { ParkedList } from '../../answers/parked.ts'
import { PagedListing } from '../answers.ts'
import { Decision } from '../parked.ts'
import { json, type Operation, problem } from './operation.ts'

export const parkedOperations: Operation[] = [
  {
    method: 'get',
    path: '/api/v1/parked',
    section: 'Parked',
    summary: 'What waits for a person to decide',
    role: 'viewer',
    query: PagedListing,
    answers: { 200: json('longest parked first', ParkedList) },
  },
  {
    method: 'post',
    path: '/api/v1/parked/{effectKey}',
    section: 'Parked',
    summary: 'Say whether it happened',
    details: 'The key is percent-encoded. After the decision the journey goes on.',
    role: 'operator',
    body: { content: { 'application/json': Decision } },
    answers: {
      200: json('its journey', Journey),
      404: problem('no such effect'),
      409: problem('it is not parked, or somebody has decided already'),
      422: problem("what was named is another attempt's or another journey's, or `leadId` is missing"),
    },
    example: { body: { happened: true, note: 'seen in the dashboard of the vendor' } },
  },
]
