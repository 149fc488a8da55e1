import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createScreen } from './screen.ts'
import type { View } from './view.ts'

const view = (elapsedMs: number, ...notable: string[]): View => ({
  elapsedMs,
  total: 2,
  sent: { accepted: 2, duplicates: 0 },
  states: [{ state: 'in_call', count: 2 }],
  finished: 0,
  live: [],
  outcomes: [],
  texts: { sent: 0, waiting: 0 },
  pixels: { fired: 0, waiting: 0 },
  news: notable.map(what => ({ elapsedMs, leadId: 'lead_01', what, notable: true })),
})

function terminal(isTTY: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 80, rows: 24 })
  return { stream, read: (): string => stream.read() ?? '' }
}

test('on a terminal draws over its last picture and hides the cursor until it is done', () => {
  const out = terminal(true)
  const screen = createScreen(out.stream, 'xterm')
  screen.show(view(1_000))
  const first = out.read()
  expect(first.startsWith('\x1b[?25l')).toBe(true)

  screen.show(view(2_000))
  screen.done()
  const second = out.read()
  expect(second.startsWith(`\x1b[${first.split('\n').length - 1}A\r\x1b[0J`)).toBe(true)
  expect(second.endsWith('\x1b[?25h')).toBe(true)
})

test.each([
  ['without a terminal', false, 'xterm'],
  ['on a dumb one', true, 'dumb'],
])('%s writes a line now and then, and what is notable once', (_name, isTTY, kind) => {
  const out = terminal(isTTY)
  const screen = createScreen(out.stream, kind)
  for (let elapsedMs = 0; elapsedMs < 10_000; elapsedMs += 500) screen.show(view(elapsedMs, 'the answer was lost'))
  screen.done()
  const written = out.read()
  expect(written).not.toContain('\x1b')
  expect(written.split('\n')).toEqual([
    '   0.0 s  Ava: the answer was lost',
    '   0.0 s  2 webhooks; leads: 2 in call; texts 0, pixels 0',
    '   5.0 s  2 webhooks; leads: 2 in call; texts 0, pixels 0',
    '',
  ])
})
