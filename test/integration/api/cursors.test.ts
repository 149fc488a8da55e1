import { expect, test } from 'vitest'
import { startStage } from '../../support/stage.ts'

const of = (text: string) => Buffer.from(text).toString('base64url')

test('a cursor that no list has given is refused: its first page would be taken for the next one', async () => {
  const stage = await startStage()
  const wrong = { 'no text': 'zzz', 'a time without an entry': of('12'), 'two entries': of('12 a b'), nothing: '' }
  const lists = ['journeys', 'events', 'failures', 'suppressions', 'audit']
  for (const list of lists) {
    for (const [what, cursor] of Object.entries(wrong)) {
      const { status, body } = await stage.api<{ detail: string }>(`/${list}?${new URLSearchParams({ cursor })}`)
      expect([list, what, status]).toEqual([list, what, 400])
      expect(body.detail).toBe('cursor: no list has given this cursor; leave it away for the first page')
    }
    const given = list === 'audit' ? '1795000000000-0' : of('1795000000000 some_entry')
    expect((await stage.api(`/${list}?${new URLSearchParams({ cursor: given })}`)).status).toBe(200)
  }
})
