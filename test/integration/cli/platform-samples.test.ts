import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { platformSamples } from '../../../src/cli/platform-samples.ts'
import { pemPair } from '../../support/pem-pair.ts'
import { startStage } from '../../support/stage.ts'
import { commandLineHere, ownDirectory } from './command-line.ts'

const [key, stranger] = [pemPair(), pemPair()]
const secrets = {
  PUBLIC_URL: 'https://calls.example.com',
  ELEVENLABS_WEBHOOK_SECRET: 'one,two',
  VAPI_WEBHOOK_SECRET: 'one,two',
  RETELL_API_KEY: 'one,two',
  BLAND_WEBHOOK_SECRET: 'one,two',
  TWILIO_AUTH_TOKEN: 'one,two',
  LEADCONNECTOR_LOCATION_ID: 'loc_1',
}

test('samples of every platform are taken as their vendors’, and twice under one id once', async () => {
  const stage = await startStage({ env: { ...secrets, LEADCONNECTOR_WEBHOOK_PUBLIC_KEY: key.publicKey } })
  const dir = await ownDirectory()
  await writeFile(join(dir, 'key.pem'), key.privateKey)
  const aftercall = commandLineHere({ AFTERCALL_URL: stage.url, ...secrets }, dir)
  const send = async (type: string, ...more: string[]) => {
    const { code, out, err } = await aftercall(['events', 'send', type, '--key', 'key.pem', ...more])
    expect([type, code, code === 0 ? '' : err]).toEqual([type, 0, ''])
    return out
  }
  for (const [type, { platform }] of platformSamples) {
    const [eventId = '', status] = (await send(type, '--id', `id_${type}`)).trim().split(' ')
    expect(eventId).toMatch(new RegExp(`^${platform}_[0-9a-f]{32}$`))
    expect([type, status]).toEqual([type, platform === 'twilio' ? 'taken' : 'accepted'])
    const event = await stage.event(eventId)
    // Its body could be read: nothing that was made up is anybody's.
    expect(event.type).toBe(type)
    expect(['ignored', 'processed']).toContain(event.state)
    expect(await send(type, '--id', `id_${type}`)).toContain(eventId)
    expect(await stage.event(eventId)).toMatchObject({ duplicates: 1 })
    expect(JSON.parse(await send(type, '--json'))).toMatchObject({ eventId: expect.stringContaining(platform) })
  }

  const stop = JSON.stringify({ From: '+12025550147', Body: 'STOP' })
  await send('message.received', '--data', stop)
  await expect
    .poll(async () => (await stage.api<{ suppressions: unknown[] }>('/suppressions')).body.suppressions)
    .toContainEqual(expect.objectContaining({ phone: '+12025550147' }))
})

test('a sample that cannot be signed, or is signed by somebody else, says what is missing', async () => {
  const stage = await startStage({ env: { ...secrets, LEADCONNECTOR_WEBHOOK_PUBLIC_KEY: key.publicKey } })
  const dir = await ownDirectory()
  await writeFile(join(dir, 'stranger.pem'), stranger.privateKey)
  await writeFile(join(dir, 'public.pem'), key.publicKey)
  const aftercall = commandLineHere({ AFTERCALL_URL: stage.url }, dir)
  const { TWILIO_AUTH_TOKEN, LEADCONNECTOR_LOCATION_ID } = secrets

  const refusals: [line: string, env: Record<string, string>, code: number, err: RegExp][] = [
    ['end-of-call-report', {}, 78, /^VAPI_WEBHOOK_SECRET: needed/],
    [
      'end-of-call-report',
      { VAPI_WEBHOOK_SECRET: 'three' },
      1,
      /^Unauthorized: [\s\S]*VAPI_WEBHOOK_SECRET must be the same/,
    ],
    ['call.completed', { TWILIO_AUTH_TOKEN }, 78, /^PUBLIC_URL: needed/],
    ['VoiceAiCallEnd', { LEADCONNECTOR_LOCATION_ID }, 2, /--key is needed/],
    ['VoiceAiCallEnd --key nowhere.pem', { LEADCONNECTOR_LOCATION_ID }, 2, /nowhere\.pem cannot be read/],
    ['VoiceAiCallEnd --key public.pem', { LEADCONNECTOR_LOCATION_ID }, 2, /public\.pem is no private key/],
    ['VoiceAiCallEnd --key stranger.pem', {}, 78, /^LEADCONNECTOR_LOCATION_ID: needed/],
    ['VoiceAiCallEnd --key stranger.pem', { LEADCONNECTOR_LOCATION_ID }, 1, /^Unauthorized: /],
  ]
  for (const [line, env, code, err] of refusals) {
    const ended = await aftercall(`events send ${line}`, { env })
    expect([line, ended.code, ended.out]).toEqual([line, code, ''])
    expect(ended.err).toMatch(err)
  }
  expect((await stage.api('/events')).body).toEqual({ events: [] })
})
