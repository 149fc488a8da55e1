import { describe, expect, it } from 'vitest'
import { createLeadSail, type LeadSail } from '../../../src/clients/leadsail.ts'
import { systemClock } from '../../../src/clock.ts'
import { errorOfCall } from './calls.ts'
import { answered, connect, pixel, place, read, success, text } from './leadsail-vendor.ts'
import { serve } from './servers.ts'

const send = (leadSail: LeadSail) => leadSail.sendText(text)
const fire = (leadSail: LeadSail) => leadSail.firePixel(pixel)

describe('effects', () => {
  it.each([
    ['a call without an interaction', place, success({ leadId: 'lead_abc123' }), 'UnknownOutcomeError BAD_ANSWER'],
    ['a call, half an answer', place, '{"success":true,"da', 'UnknownOutcomeError BAD_ANSWER'],
    [
      'a call, throttled in the body',
      place,
      { success: false, error: { code: 'RATE_LIMIT_EXCEEDED' } },
      'RateLimitedError RATE_LIMIT_EXCEEDED',
    ],
    [
      'a call, broken in the body',
      place,
      { success: false, error: { code: 'INTERNAL_ERROR' } },
      'UnknownOutcomeError INTERNAL_ERROR',
    ],
    ['a call, refused with a new code', place, { success: false, error: { code: 'ON_FIRE' } }, 'RejectedError ON_FIRE'],
    ['a call, refused with words only', place, { success: false, error: 'no' }, 'RejectedError REFUSED'],
    ['a text without an id', send, success({ status: 'sent' }), 'UnknownOutcomeError BAD_ANSWER'],
    ['a text that will not arrive', send, success({ messageId: 'm', status: 'failed' }), 'RejectedError SMS_FAILED'],
    ['a pixel the platform did not take', fire, success({ success: false }), 'RejectedError PIXEL_REFUSED'],
    ['a pixel nobody says was taken', fire, success({}), 'UnknownOutcomeError BAD_ANSWER'],
    ['a pixel without an envelope', fire, { data: { success: true } }, 'UnknownOutcomeError BAD_ANSWER'],
  ])('%s', async (_, act, body, expected) => {
    const error = await errorOfCall(answered<unknown>(200, body, act))
    expect(`${error.name} ${error.code}`).toBe(expected)
  })

  it('done are done', async () => {
    const taken = success({ messageId: 'msg_1', status: 'sent', interactionId: 'int_1' })
    expect(await answered(200, taken, send)).toStrictEqual({ messageId: 'msg_1', interactionId: 'int_1' })
    expect(await answered(200, success({ success: true }), fire)).toBeUndefined()
    await expect(answered(204, '', leadSail => leadSail.patchLead('lead_1', {}))).resolves.toBeUndefined()
  })

  it('lost on the way are unknown, but what may be repeated is repeated', async () => {
    await using server = await serve(response => response.socket?.resetAndDestroy())
    await using leadSail = connect(server)
    const calls = [place, send, fire, () => leadSail.sendToAutoDialer(['a']), () => leadSail.patchLead('a', {}), read]
    const errors = await Promise.all(calls.map(act => errorOfCall(act(leadSail))))
    expect(errors.map(({ name }) => name)).toEqual([
      ...Array(4).fill('UnknownOutcomeError'),
      'UnavailableError',
      'UnavailableError',
    ])
  })

  it('refused show the vendor’s words without personal data or the key', async () => {
    const details = ['phone +1 (555) 000-1111 is on the list', 'ann@example.com', 'key ls_0123456789']
    const body = { success: false, error: { code: 'VALIDATION_ERROR', message: 'Invalid', details } }
    const error = await errorOfCall(answered(422, body, place))
    expect(error.message).toBe(
      'POST /voice/calls/initiate answered 422: VALIDATION_ERROR: Invalid; phone [number] is on the list; [email]; key [secret]',
    )
  })
})

describe('a hand-over to the auto-dialer', () => {
  const handOver = (data: unknown) => answered(200, success(data), leadSail => leadSail.sendToAutoDialer(['a', 'b']))
  const failed = [{ leadId: 'b', error: 'on the list: +15550001111' }]

  it.each([
    ['ids', ['a']],
    ['records', [{ leadId: 'a' }]],
    ['a number', 1],
  ])('that answers with %s', async (_, succeeded) => {
    const details = [{ leadId: 'a', nextCallTime: '2026-12-01T12:00:00Z' }, { leadId: 'b' }]
    expect(await handOver({ succeeded, failed, details })).toStrictEqual({
      succeeded: ['a'],
      failed: [{ leadId: 'b', error: 'on the list: [number]' }],
      details: [{ leadId: 'a', nextCallAt: Date.parse('2026-12-01T12:00:00Z') }, { leadId: 'b' }],
    })
  })

  it('that refused all, or took all, needs only one list', async () => {
    const both = [{ leadId: 'a', error: {} }, ...failed]
    expect(await handOver({ failed: both })).toMatchObject({
      succeeded: [],
      failed: [{ leadId: 'a', error: '' }, { leadId: 'b' }],
    })
    expect(await handOver({ succeeded: ['a', 'b'] })).toStrictEqual({ succeeded: ['a', 'b'], failed: [], details: [] })
  })

  it.each([{}, { succeeded: 2, failed }, { succeeded: [], failed }, { succeeded: 'all' }])(
    'that answers %j leaves it open',
    async data => {
      expect(await errorOfCall(handOver(data))).toMatchObject({ name: 'UnknownOutcomeError', code: 'BAD_ANSWER' })
    },
  )

  it.each([0, 201])('of %i leads is a mistake', async count => {
    await using leadSail = createLeadSail({ baseUrl: 'http://127.0.0.1:1', apiKeys: ['k'], clock: systemClock })
    await expect(leadSail.sendToAutoDialer(Array.from({ length: count }, (_, n) => `l${n}`))).rejects.toThrow(
      RangeError,
    )
  })
})
