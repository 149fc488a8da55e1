import { Failures, Replay, ReplayDryRun, Replays } from '../../answers/failure.ts'
import { WholeListing } from '../answers.ts'
import { FailureQuery } from '../failures.ts'
import { ReplayBody } from '../replays.ts'
import { json, type Operation, problem } from './operation.ts'

const section = 'Failures'
const unknown = problem('no such replay')

export const failureOperations: Operation[] = [
  {
    method: 'get',
    path: '/api/v1/failures',
    section,
    summary: 'What has gone wrong, grouped by cause',
    role: 'viewer',
    query: FailureQuery,
    answers: { 200: json('a page of groups, largest first', Failures) },
    example: { query: { kind: 'pixel', since: '2026-12-01T09:00:00Z' } },
  },
  {
    method: 'post',
    path: '/api/v1/replays',
    section,
    summary: 'Try failed effects anew',
    details:
      'What has arrived is never sent twice. With `dryRun` nothing is done. Without it a `filter` is needed; `{}` means everything that has gone wrong.',
    role: 'operator',
    body: { content: { 'application/json': ReplayBody } },
    answers: { 200: json('what it would do (`dryRun`)', ReplayDryRun), 202: json('the replay', Replay) },
    example: { body: { filter: { kind: 'pixel' }, dryRun: true } },
  },
  {
    method: 'get',
    path: '/api/v1/replays',
    section,
    summary: 'The latest replays',
    role: 'viewer',
    query: WholeListing,
    answers: { 200: json('newest first', Replays) },
  },
  {
    method: 'get',
    path: '/api/v1/replays/{id}',
    section,
    summary: 'One replay and how far it is',
    role: 'viewer',
    answers: { 200: json('the replay', Replay), 404: unknown },
  },
  {
    method: 'post',
    path: '/api/v1/replays/{id}/cancel',
    section,
    summary: 'Stop a replay',
    details: 'It takes up no more; one that is over stays as it is.',
    role: 'operator',
    answers: { 200: json('the replay', Replay), 404: unknown },
  },
]
