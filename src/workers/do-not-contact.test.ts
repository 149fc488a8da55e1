import { expect, test } from 'vitest'
import { saysDoNotContact } from './do-not-contact.ts'

test('a refusal that says that the lead must not be reached is told from every other', () => {
  const yes = [
    ['VALIDATION_ERROR', 'POST /voice/calls/initiate: Lead is on the Do Not Call list'],
    ['VALIDATION_ERROR', 'lead is on do-not-call'],
    ['DO_NOT_CONTACT', ''],
    ['LEAD_DNC', ''],
    ['VALIDATION_ERROR', 'contact has DND enabled'],
    ['21610', 'Attempt to send to unsubscribed recipient'],
    ['SMS_REJECTED', 'provider error 21610'],
    ['OPTED_OUT', 'recipient opted-out'],
  ]
  const no = [
    ['VALIDATION_ERROR', 'Outside of operating hours'],
    ['VALIDATION_ERROR', 'Maximum attempts have been reached'],
    ['NOT_FOUND', 'no such lead'],
    ['VALIDATION_ERROR', 'to: no valid E.164 phone number'],
    ['MISSING_PHONE_NUMBER', 'the agent does not call without a number'],
    ['UNAUTHORIZED', 'Authentication required'],
  ]
  for (const [code = '', message = ''] of yes)
    expect([code, message, saysDoNotContact({ code, message })]).toEqual([code, message, true])
  for (const [code = '', message = ''] of no)
    expect([code, message, saysDoNotContact({ code, message })]).toEqual([code, message, false])
})
