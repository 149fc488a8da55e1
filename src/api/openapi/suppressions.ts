import { z } from 'zod'
import { SuppressionImport } from '../../answers/import.ts'
import { Suppression, Suppressions } from '../../answers/suppression.ts'
import { Suppress, SuppressionImportQuery, SuppressionQuery } from '../suppressions.ts'
import { json, type Operation, problem } from './operation.ts'

const section = 'Suppressions'

export const suppressionOperations: Operation[] = [
  {
    method: 'get',
    path: '/api/v1/suppressions',
    section,
    summary: 'Numbers that are neither called nor texted',
    role: 'viewer',
    query: SuppressionQuery,
    answers: { 200: json('a page of numbers; masked for viewers', Suppressions) },
    example: { query: { phone: '+12025550123' } },
  },
  {
    method: 'post',
    path: '/api/v1/suppressions',
    section,
    summary: 'Suppress a number, or a list of them',
    details: 'At once, in every campaign. A list is CSV with a column `phone`; `dryRun` is for lists.',
    role: 'operator',
    query: SuppressionImportQuery,
    body: { content: { 'application/json': Suppress, 'text/csv': 'text' } },
    answers: {
      200: json('what a list would do (`dryRun=true`)', SuppressionImport),
      201: json('the number; of a list, what was taken', z.union([Suppression, SuppressionImport])),
    },
    example: { body: { phone: '+12025550123', channels: ['sms'], reason: 'asked by mail' } },
  },
  {
    method: 'delete',
    path: '/api/v1/suppressions/{phone}',
    section,
    summary: 'Let a number be reached again',
    role: 'operator',
    answers: {
      204: { means: 'it may be reached again' },
      400: problem('no valid number'),
      404: problem('this number is not suppressed'),
    },
  },
]
