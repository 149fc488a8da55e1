import { describe, expect, test } from 'vitest'
import { createKeys } from '../redis/keys.ts'
import { isCalled, learnNames, nameCommands } from './call-names.ts'
import type { Attempt, Journey } from './journey.ts'

const keys = createKeys('test').shard('07')
const attempt = (names: Partial<Attempt> = {}): Attempt => ({ number: 1, state: 'live', intendedAt: 1, ...names })

function journey(...attempts: Attempt[]): Journey {
  return {
    ...{ id: 'jrn_1', version: 1, campaign: 'roof', provider: 'leadsail', leadId: 'lead_1', person: 'p', test: false },
    ...{ eventId: 'ev_1', joinedEvents: [], zones: [], attempts, effects: [], steps: [], createdAt: 1, private: {} },
  }
}

describe('the index of what others call a call', () => {
  const named = attempt({ conversationId: 'conv_1', messageId: 'CA1' })
  test.each<[what: string, before: Journey | undefined, after: Journey, commands: unknown[]]>([
    ['has nothing of a call without names', undefined, journey(attempt()), []],
    ['stays as it is where nothing is new', journey(named), journey(named, attempt({ number: 2 })), []],
    [
      'takes both names at once',
      journey(attempt()),
      journey(named),
      [
        ['HSET', keys.callNames, 'conv_1', 'jrn_1'],
        ['HSET', keys.callNames, 'CA1', 'jrn_1'],
      ],
    ],
    [
      'lets a name go that was replaced',
      journey(named),
      journey({ ...named, messageId: 'CA2' }),
      [
        ['HSET', keys.callNames, 'CA2', 'jrn_1'],
        ['HDEL', keys.callNames, 'CA1'],
      ],
    ],
  ])('%s', (_what, before, after, commands) => {
    expect([...nameCommands(before, after, keys)]).toEqual(commands)
  })
})

test('a look that shows no name takes none away, and either name is enough', () => {
  const call = attempt()
  learnNames(call, { conversationId: 'conv_1' })
  learnNames(call, { messageId: 'CA1' })
  expect(call).toEqual(attempt({ conversationId: 'conv_1', messageId: 'CA1' }))
  expect([['conv_1'], ['x', 'CA1'], ['x'], []].map(names => isCalled(call, names))).toEqual([true, true, false, false])
})
