import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, KEYS } from '../dashboard/visitor.ts'
import { commandLineHere, onTerminal, ownDirectory, settled } from './command-line.ts'

test('numbers that must not be reached: added, imported, listed and taken away', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS } })
  const dir = await ownDirectory()
  const env = { AFTERCALL_URL: stage.url, AFTERCALL_API_KEY: KEYS.operator }
  const aftercall = commandLineHere(env, dir)

  const added = await aftercall(['suppress', 'add', '+1 (202) 555-0123', '--reason', 'asked on the phone'])
  expect(added.code).toBe(0)
  expect(settled(added.out)).toBe(
    '+12025550123 is suppressed for voice and sms since <time> (asked on the phone, by otto)\n',
  )
  const textOnly = await aftercall('suppress add +12025550124 --channels sms --json')
  expect(JSON.parse(textOnly.out)).toMatchObject({ phone: '+12025550124', channels: ['sms'], reason: 'asked for' })

  await writeFile(join(dir, 'never.csv'), 'phone,channels,reason\n+12025550125,voice,court\n+12025550123,,\n12,,\n')
  await writeFile(join(dir, 'leads.ndjson'), '{"phone": "+12025550126"}\n')
  const dry = await aftercall('suppress import never.csv --dry-run')
  expect(dry.out).toMatch(/^1 accepted, 1 duplicate, 1 rejected \(dry run: nothing was taken\)\n\nLINE +COLUMN/)
  const strict = await aftercall('suppress import never.csv --report rejected.csv --strict')
  expect(strict).toMatchObject({ code: 1, out: expect.stringMatching(/^1 accepted, 1 duplicate, 1 rejected\n/) })
  expect(await readFile(join(dir, 'rejected.csv'), 'utf8')).toMatch(/^line,column,value,reason,fix\r\n4,phone,12,/)

  const [listed, json, one, none, inferred, ndjson, empty, wrong, strange, missing, viewer] = await Promise.all([
    aftercall('suppress list'),
    aftercall('suppress list --json'),
    aftercall('suppress list --phone +12025550125 --json'),
    aftercall('suppress list --phone +12025550199'),
    aftercall('suppress list --inferred'),
    aftercall('suppress import leads.ndjson'),
    aftercall('suppress import -', { input: '' }),
    aftercall('suppress add 12'),
    aftercall('suppress add +12025550127 --channels fax'),
    aftercall('suppress remove +12025550199'),
    aftercall('suppress add +12025550127', { env: { AFTERCALL_API_KEY: KEYS.viewer } }),
  ])
  expect(settled(listed.out)).toMatchInlineSnapshot(`
    "SINCE                PHONE         CHANNELS   INFERRED  BY    REASON
    <time>  +12025550125  voice      -         otto  court
    <time>  +12025550124  sms        -         otto  asked for
    <time>  +12025550123  voice,sms  -         otto  asked on the phone
    "
  `)
  const bearer = { headers: { authorization: `Bearer ${KEYS.operator}` } }
  expect(JSON.parse(json.out)).toEqual((await stage.api('/suppressions', bearer)).body)
  expect(JSON.parse(one.out)).toMatchObject({ suppressions: [{ phone: '+12025550125', channels: ['voice'] }] })
  expect(none).toEqual({ code: 0, out: '', err: '+12025550199 is not suppressed.\n' })
  expect(inferred).toEqual({ code: 0, out: '', err: 'No opt-out waits to be looked at.\n' })
  expect(ndjson).toEqual({ code: 2, out: '', err: 'leads.ndjson is NDJSON: a list of numbers is CSV\n' })
  expect(empty.err).toContain('each line after it is a number\n')
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('no valid number') })
  expect(strange).toMatchObject({ code: 2, err: expect.stringContaining('It must be voice, sms or voice,sms.') })
  expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('`aftercall suppress list` shows') })
  expect(viewer).toMatchObject({ code: 1, err: expect.stringContaining('use a key whose role is operator or admin') })

  const asked = await onTerminal('suppress remove +12025550123', { env, keys: 'n\n' })
  expect(asked.code).toBe(1)
  expect(settled(asked.err)).toContain(
    'since <time> (asked on the phone, by otto). May it be called and texted again? ',
  )
  const unknown = await onTerminal('suppress remove +12025550199', { env, keys: 'y\n' })
  expect(unknown.err).toMatch(/^[^?]*this number is not suppressed[^?]*$/)
  expect((await onTerminal('suppress remove +12025550123', { env, keys: 'y\n' })).code).toBe(0)
  expect(await aftercall('suppress remove +12025550124')).toMatchObject({
    code: 0,
    out: '+12025550124 may be called and texted again\n',
  })
  const left = JSON.parse((await aftercall('suppress list --json')).out)
  expect(left.suppressions.map(({ phone }: { phone: string }) => phone)).toEqual(['+12025550125'])
})
