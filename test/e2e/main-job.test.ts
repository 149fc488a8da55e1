import { expect, test } from 'vitest'
import { isOver, plainCampaign, startStage } from '../support/stage.ts'

test('a webhook comes in, the lead is called, the call is followed to its end, the pixel fires and the SMS goes out', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        followUps: [
          {
            id: 'thanks',
            when: { outcome: ['qualified'], minTalk: 'PT20S', spokenTo: true },
            sms: { text: 'Hi {{ lead.firstName }}, thanks for talking with us.', window: '00:00-24:00' },
          },
          {
            id: 'lead-pixel',
            when: { outcome: ['qualified'] },
            pixel: {
              via: 'leadsail',
              platform: 'facebook',
              pixelId: '123456789',
              event: 'Lead',
              value: 50,
              currency: 'USD',
            },
          },
        ],
      },
    ],
    control: { scripts: { lead_1: [{ status: 'qualified', lengthMs: 90_000, spokenTo: true }] } },
  })

  const answer = await stage.lead('lead_1', { phone: '+12025550123' })
  expect(answer).toMatchObject({ status: 202, body: { status: 'accepted' } })

  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'done', outcome: 'qualified', campaign: 'roof', leadId: 'lead_1' })
  expect(journey.attempts).toMatchObject([{ number: 1, state: 'ended', outcome: 'qualified', talkMs: 90_000 }])
  expect(journey.effects.map(({ kind, rule, state }) => [kind, rule, state])).toEqual([
    ['call', '1', 'done'],
    ['sms', 'thanks', 'done'],
    ['pixel', 'lead-pixel', 'done'],
  ])
  expect(journey.timeline.map(entry => entry.what)).toEqual([
    'journey.opened',
    'call.intended',
    'call.done',
    'call.ended',
    'sms.planned',
    'pixel.planned',
    ...['sms.intended', 'sms.done', 'pixel.intended', 'pixel.done'].sort(byTime(journey.timeline)),
    'journey.done',
  ])

  const truth = stage.simulator.truth()
  expect(truth.calls).toMatchObject([{ leadId: 'lead_1', phone: '+12025550123', campaignId: 'HXZ' }])
  expect(truth.texts).toMatchObject([
    { leadId: 'lead_1', to: '+12025550123', text: 'Hi Ann, thanks for talking with us.' },
  ])
  expect(truth.pixels).toMatchObject([
    { leadId: 'lead_1', platform: 'facebook', eventName: 'Lead', eventValue: 50, actionSource: 'phone_call' },
  ])
  expect(await stage.event(String(answer.body['eventId']))).toMatchObject({
    state: 'processed',
    journeys: [journey.id],
  })

  const settled = stage.lines.filter(line => line['msg'] === 'job.settled' && line['journeyId'] === journey.id)
  expect(settled.map(line => `${line['job']} ${line['result']}`)).toEqual(
    expect.arrayContaining(['place-call done', 'poll-interaction qualified', 'send-sms done', 'fire-pixel done']),
  )
  // People are in no line, whatever the level.
  expect(JSON.stringify(stage.lines)).not.toMatch(/2025550123|ann\.lee|\bAnn\b|thanks for talking|test-key|sesame/)
  expect(settled[0]).toMatchObject({ campaign: 'roof', try: 1, waitMs: expect.any(Number), runMs: expect.any(Number) })
})

/** The text and the pixel run beside each other: their order among themselves is free. */
function byTime(timeline: readonly { what: string }[]) {
  const at = (what: string) => timeline.findIndex(entry => entry.what === what)
  return (left: string, right: string) => at(left) - at(right)
}
