import { Erasure } from '../../answers/erasure.ts'
import { json, type Operation, problem } from './operation.ts'

const section = 'Leads'

export const erasureOperations: Operation[] = [
  {
    method: 'delete',
    path: '/api/v1/leads/{leadId}',
    section,
    summary: "Erase a lead's personal data everywhere",
    details: 'Within a minute. Suppressions, budgets and what keeps things from happening twice stay, as keyed hashes.',
    role: 'admin',
    answers: { 202: json('it is on disk, and begins', Erasure), 400: problem('no id of a lead') },
  },
  {
    method: 'get',
    path: '/api/v1/erasures/{id}',
    section,
    summary: 'How far an erasure is',
    role: 'viewer',
    answers: { 200: json('the erasure', Erasure), 404: problem('no such erasure') },
  },
]
