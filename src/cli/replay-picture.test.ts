import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import type { Replay, ReplayDryRun } from './answers.ts'
import { intentText, isTried, replayLine, replayPicture, sayReplayDryRun } from './replay-picture.ts'
import { createScreen } from './screen.ts'

const replay: Replay = {
  id: 'rpl_1',
  status: 'running',
  matched: 1_200,
  done: 300,
  refused: 2,
  refusals: { open_question: 2 },
  standing: { waiting: 50, put_off: 0, under_way: 1, went_through: 245, failing: 4 },
  perSecond: 12.5,
}
const plan: ReplayDryRun = {
  count: 30,
  looked: 30,
  replayable: 25,
  sample: [],
  refusals: [
    { reason: 'too_late', count: 4 },
    { reason: 'a_new_one', count: 1 },
  ],
  perSecond: { default: 5, most: 12.5 },
}

test('a line says what is there, and nothing of what is not', () => {
  expect(replayLine(replay)).toBe(
    'running: 300 of 1,200 taken up, 2 left alone: 50 waiting, 1 under way, 245 went through, 4 failing',
  )
  expect(replayLine({ ...replay, status: 'done', matched: 0, done: 0, refused: 0, standing: {} })).toBe(
    'done: 0 of 0 taken up',
  )
})

test('a picture has a bar of what was met, and why some were left alone', () => {
  const screen = createScreen(new PassThrough(), 'xterm')
  expect(replayPicture(replay, screen)).toEqual([
    'rpl_1  running  12.5 a second',
    `${'█'.repeat(7)}${'░'.repeat(23)}  302 of 1,200 (25 %)`,
    '',
    'taken up                300',
    '  waiting                50',
    '  under way               1',
    '  went through          245',
    '  failing                 4',
    'left alone                2',
    '  2 may have happened: a person decides about each, on the page “Parked”',
  ])
})

test('each was tried when none waits and none is under way', () => {
  expect(isTried({ ...replay, status: 'done' })).toBe(false)
  expect(isTried({ ...replay, status: 'done', standing: { put_off: 1 } })).toBe(false)
  expect(isTried({ ...replay, status: 'running', standing: { went_through: 9 } })).toBe(false)
  expect(isTried({ ...replay, status: 'done', standing: { went_through: 9, failing: 1, waiting: 0 } })).toBe(true)
})

test('what a replay would do: how many, how fast, how long, and what not', () => {
  expect(intentText(plan, undefined)).toBe('25 would be tried anew at 5 a second, in a few seconds; 5 left alone.')
  expect(intentText(plan, 2)).toContain('at 2 a second, in about 13 s')
  expect(intentText(plan, 100)).toContain('at 12.5 a second (the accounts take no more), in a few seconds')
  expect(intentText({ ...plan, count: 90_000, looked: 20_000, replayable: 19_000 }, undefined)).toContain(
    'Of 20,000 looked at, 19,000 would be tried anew at 5 a second, in about 5 h',
  )
  expect(intentText({ ...plan, replayable: 0 }, undefined)).toBe('None would be tried anew; 5 left alone.')
})

test('a dry run names what is left alone in words, a reason that is newer than this program too', () => {
  const stream = new PassThrough()
  sayReplayDryRun(createScreen(stream, 'xterm'), plan, { kind: 'pixel', wanted: undefined })
  expect(String(stream.read()).split('\n')).toEqual([
    '30 pixels fit. 25 would be tried anew at 5 a second, in a few seconds; 5 left alone.',
    '',
    'Left alone: 4 come too late: their platform takes nothing so old, or nobody expects the text any more',
    'Left alone: 1 a new one',
    '',
  ])
})
