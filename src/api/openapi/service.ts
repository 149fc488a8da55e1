import { Alerts } from '../../answers/alert.ts'
import { Audit } from '../../answers/audit.ts'
import { Destinations, Health, Readiness } from '../../answers/service.ts'
import { AuditListing, WholeListing } from '../answers.ts'
import { json, type Operation } from './operation.ts'

const section = 'Service'

export const serviceOperations: Operation[] = [
  {
    method: 'get',
    path: '/api/v1/audit',
    section,
    summary: 'Who did what',
    role: 'viewer',
    query: AuditListing,
    answers: { 200: json('newest first', Audit) },
  },
  {
    method: 'get',
    path: '/api/v1/alerts',
    section,
    summary: 'What holds now and somebody should act on',
    role: 'viewer',
    query: WholeListing,
    answers: { 200: json('most urgent first', Alerts) },
  },
  {
    method: 'get',
    path: '/api/v1/destinations',
    section,
    summary: 'Where pixels go, and whether they are taken there',
    role: 'viewer',
    answers: { 200: json('by name', Destinations) },
  },
  {
    method: 'get',
    path: '/healthz',
    section,
    summary: 'Whether the process runs',
    role: 'anyone',
    answers: { 200: json('it runs', Health) },
  },
  {
    method: 'get',
    path: '/readyz',
    section,
    summary: 'Whether it can do its work',
    role: 'anyone',
    answers: { 200: json('it can', Readiness), 503: json('it cannot: `why` says what is wrong', Readiness) },
  },
  {
    method: 'get',
    path: '/metrics',
    section,
    summary: 'Figures for Prometheus',
    role: 'viewer',
    answers: { 200: { means: "Prometheus' text format", content: { 'text/plain': 'text' } } },
  },
  {
    method: 'get',
    path: '/openapi.json',
    section,
    summary: 'This description, for programs',
    role: 'viewer',
    answers: { 200: { means: 'OpenAPI 3.1', content: { 'application/json': 'text' } } },
  },
  {
    method: 'get',
    path: '/docs',
    section,
    summary: 'This description, for people',
    role: 'viewer',
    answers: { 200: { means: 'a page', content: { 'text/html': 'text' } } },
  },
]
