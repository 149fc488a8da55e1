import { expect, test } from 'vitest'
import type { ReplayView } from '../../../src/desk/replays.ts'
import { eventually } from '../../support/eventually.ts'
import { show, withFailures } from '../journeys/replaying.ts'
import { commandLineHere, onTerminal, ownDirectory, settled, start, visible } from './command-line.ts'

const COUNT = 40

/** What differs from run to run in replays too. */
const told = (text: string) =>
  settled(text)
    .replace(/\brpl_\w+/g, '<replay>')
    .replace(/\brow_\d+ *|\bLEAD +/g, '<lead>  ')

test('failures from their list to the end of their replay', async () => {
  const { stage, ledger } = await withFailures(COUNT)
  const env = { AFTERCALL_URL: stage.url }
  const aftercall = commandLineHere(env, await ownDirectory())
  const cause = '400 VALIDATION_ERROR: no such pixel'

  // Nothing fails or is tried meanwhile: all that only asks may ask at once.
  const [listed, listedJson, texts, caused, since, dry, dryJson, dryNone] = await Promise.all([
    aftercall('failures list'),
    aftercall('failures list --json'),
    aftercall('failures list --kind sms'),
    aftercall([
      'failures',
      'list',
      '--cause',
      cause,
      '--campaign',
      'roof',
      '--kind',
      'pixel',
      '--since',
      'PT1H',
      '--json',
    ]),
    aftercall('failures list --since 2126-12-01'),
    aftercall('failures replay --kind pixel --dry-run --per-second 8'),
    aftercall('failures replay --dry-run --json'),
    aftercall('failures replay --kind call --dry-run'),
  ])
  expect(told(listed.out)).toMatchInlineSnapshot(`
    "COUNT  KIND   WHAT     LAST                 FIRST                CAMPAIGNS  JOURNEY                      CAUSE
       40  pixel  Refused  <time>  <time>  roof       <journey>  400 VALIDATION_ERROR: no such pixel
    "
  `)
  const { body } = await stage.api('/failures')
  expect(JSON.parse(listedJson.out)).toEqual(body)
  expect(JSON.parse(caused.out)).toEqual(body)
  expect(texts).toEqual({ code: 0, out: '', err: 'No failure fits.\n' })
  expect(since.err).toBe('No failure fits.\n')
  expect(told(dry.out)).toMatchInlineSnapshot(`
    "40 pixels fit. 40 would be tried anew at 8 a second, in a few seconds.

    SOME OF THEM        JOURNEY                      <lead>  CAMPAIGN  TRIES  LAST FAILED
    Pixel “lead-pixel”  <journey>  <lead>  roof          1  <time>
    Pixel “lead-pixel”  <journey>  <lead>  roof          1  <time>
    Pixel “lead-pixel”  <journey>  <lead>  roof          1  <time>
    Pixel “lead-pixel”  <journey>  <lead>  roof          1  <time>
    Pixel “lead-pixel”  <journey>  <lead>  roof          1  <time>
    "
  `)
  const asked = await stage.api('/replays', { json: { filter: {}, dryRun: true } })
  expect(JSON.parse(dryJson.out)).toEqual(asked.body)
  expect(dryNone.out).toBe('0 calls fit. None would be tried anew.\n')

  const no = await onTerminal('failures replay --kind pixel', { env, keys: 'n\n' })
  expect(no.code).toBe(1)
  expect(visible(no.err)).toMatch(/^Replay 40 pixels\? 40 would be tried anew at 2,500 a second, in a few seconds\. /)
  expect((await stage.api<{ replays: unknown[] }>('/replays')).body.replays).toEqual([])
  expect(await ledger.failures.count({})).toBe(COUNT)

  // Ctrl-C ends the showing, not the replay.
  const slow = start(['failures', 'replay', '--per-second', '0.5'], { env })
  const id = await eventually(
    () => /^(rpl_\w+) began; `aftercall failures cancel \1` ends it\n$/.exec(slow.err)?.[1] ?? false,
  )
  slow.kill('SIGINT')
  const { code, err } = await slow.ended
  expect(code).toBe(130)
  expect(err).toContain(`${id} goes on by itself\naftercall failures cancel ${id}\n`)
  expect((await show(stage, id)).status).toBe('running')
  const cancelled = await aftercall(`failures cancel ${id}`)
  expect(cancelled.out).toMatch(new RegExp(`^${id} is cancelled: \\d+ of 40 taken up`))
  expect((await show(stage, id)).status).toBe('cancelled')
  expect(await aftercall('failures cancel rpl_none')).toEqual({
    code: 1,
    out: '',
    err: 'Not Found: no such replay\n`aftercall audit list` names the replays that were started\n',
  })

  const begun = await aftercall('failures replay --per-second 0.5 --json')
  const second = JSON.parse(begun.out) as ReplayView
  expect(second).toMatchObject({ status: 'running', perSecond: 0.5 })
  await stage.api(`/replays/${second.id}/cancel`, { method: 'POST' })

  const watched = await aftercall('failures replay --kind pixel --watch')
  expect(watched.code).toBe(0)
  expect(watched.out).toMatch(/^(?:running: .*\n)*done: (\d+) of \1 taken up: \1 went through\n$/)
  expect(await ledger.failures.count({})).toBe(0)
  expect(stage.simulator.truth({ lists: false }).counts.pixels).toBe(COUNT)
  expect(stage.simulator.truth().duplicates?.pixels).toEqual([])
  expect(await aftercall('failures replay')).toEqual({
    code: 0,
    out: '',
    err: 'No failure fits: nothing is tried anew.\n',
  })
})

test('on a terminal a replay asks, and shows itself as a picture', async () => {
  const { stage } = await withFailures(3)
  const env = { AFTERCALL_URL: stage.url }
  const { code, out } = await onTerminal('failures replay --watch', { env, keys: 'y\n' })
  expect(code).toBe(0)
  expect(visible(out)).toMatch(/␛\[32m█{30}␛\[39m {2}3 of 3 \(100 %\)/)
  expect(visible(out)).toMatch(/went through +3\n/)
  expect(visible(out)).toMatch(/␛\[\?7h␛\[\?25h$/)
})
