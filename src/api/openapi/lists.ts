import { ImportAnswer } from '../../answers/import.ts'
import { ExportQuery } from '../exports.ts'
import { ImportQuery } from '../imports.ts'
import { json, type Operation, problem } from './operation.ts'

const section = 'Lists'

export const listOperations: Operation[] = [
  {
    method: 'post',
    path: '/api/v1/campaigns/{id}/leads',
    section,
    summary: 'Send a list of leads',
    details:
      'Read row by row as it arrives, of any length. Columns: `leadId`, `phone`, `timezone`, `firstName`, `lastName`, `email`; others become fields. Sending a list again adds only the rest.',
    role: 'operator',
    query: ImportQuery,
    body: { content: { 'text/csv': 'text', 'application/x-ndjson': 'text' } },
    answers: {
      200: json('what was taken, and what was wrong', ImportAnswer),
      404: problem('no such campaign'),
      409: problem('the campaign takes no leads in its status'),
      415: problem('neither CSV nor NDJSON, or compressed'),
    },
    example: { query: { dryRun: 'true' }, body: '@leads.csv' },
  },
  {
    method: 'get',
    path: '/api/v1/campaigns/{id}/imports/{importId}/report',
    section,
    summary: 'All that was wrong with a list',
    role: 'viewer',
    answers: {
      200: { means: 'the report; values only for operators and admins', content: { 'text/csv': 'text' } },
      404: problem('no such report, or it is older than a day'),
    },
  },
  {
    method: 'get',
    path: '/api/v1/campaigns/{id}/export',
    section,
    summary: 'A campaign as a file',
    role: 'viewer',
    query: ExportQuery,
    answers: {
      200: {
        means: 'a row for each lead or attempt; people masked for viewers',
        content: { 'text/csv': 'text', 'application/x-ndjson': 'text' },
      },
      404: problem('no such campaign'),
    },
    example: { query: { format: 'csv', by: 'lead' } },
  },
]
