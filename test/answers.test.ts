import { expect, test } from 'vitest'
import * as words from '../src/answers/words.ts'
import { campaignStatuses } from '../src/ledger/control.ts'
import { eventStates } from '../src/ledger/events.ts'
import { attemptStates, effectKinds, effectStates } from '../src/ledger/journey.ts'
import { replayStatuses } from '../src/ledger/replays.ts'

test.each([
  ['attempts', words.attemptStates, attemptStates],
  ['kinds of effects', words.effectKinds, effectKinds],
  ['effects', words.effectStates, effectStates],
  ['events', words.eventStates, eventStates],
  ['campaigns', words.campaignStatuses, campaignStatuses],
  ['replays', words.replayStatuses, replayStatuses],
])('the words of %s in answers are those of the ledger', (_of, told, kept) => {
  expect(told).toEqual(kept)
})
