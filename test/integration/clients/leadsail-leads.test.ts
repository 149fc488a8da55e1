import { describe, expect, it } from 'vitest'
import type { LeadSail } from '../../../src/clients/leadsail.ts'
import { errorOfCall } from './calls.ts'
import { notFound, unauthorized, validationError } from './leadsail-samples.ts'
import { answered, success } from './leadsail-vendor.ts'

const lead = (leadSail: LeadSail) => leadSail.getLead('lead_abc123')

describe('leads', () => {
  const bare = {
    leadId: 'lead_1',
    phone: '+15550001111',
    timezone: 'America/New_York',
    firstName: 'Ann',
    lastName: ' ',
    email: null,
  }
  const { lastName, email, ...expected } = bare

  it.each([
    ['bare', bare],
    ['under its name', { lead: bare }],
    ['with a contact', { leadId: 'lead_1', timezone: bare.timezone, contact: { firstName: 'Ann', phone: bare.phone } }],
  ])('are read %s', async (_, data) => {
    expect(await answered(200, success(data), lead)).toStrictEqual(expected)
  })

  it('are undefined where LeadSail knows none, and an error where something else does not', async () => {
    expect(await answered(404, notFound, lead)).toBeUndefined()
    expect(await errorOfCall(answered(404, 'Cannot GET', lead))).toMatchObject({
      name: 'RejectedError',
      code: 'HTTP_404',
    })
    expect(await errorOfCall(answered(401, unauthorized, lead))).toMatchObject({ code: 'UNAUTHORIZED', status: 401 })
  })

  it('are created', async () => {
    const person = { campaignId: 'HXZ', firstName: 'A', lastName: 'B', email: 'a@b.co', phone: '+15550001111' }
    const data = { leadId: 'lead_1', submissionId: 'sub_1' }
    expect(await answered(200, success(data), leadSail => leadSail.createLead(person))).toStrictEqual(data)
  })
})

describe('what was found out about a lead', () => {
  const extracted = (leadSail: LeadSail) => leadSail.readExtracted('lead_abc123')

  it('is read from its questionnaire, wherever the lead stands in the answer', async () => {
    const questionnaire = { budget: ' high ', rooms: 3, note: '' }
    for (const data of [{ leadId: 'lead_1', questionnaire }, { lead: { questionnaire } }]) {
      expect(await answered(200, { success: true, data }, extracted)).toEqual({ budget: 'high', rooms: '3' })
    }
  })

  it('is nothing where there is no questionnaire, or no such lead', async () => {
    expect(await answered(200, { success: true, data: { leadId: 'lead_1' } }, extracted)).toEqual({})
    expect(await answered(404, notFound, extracted)).toEqual({})
  })

  it('is asked for again when the vendor is away, and by nobody when it refuses', async () => {
    expect(await errorOfCall(answered(500, {}, extracted))).toMatchObject({ name: 'UnavailableError' })
    expect(await errorOfCall(answered(422, validationError, extracted))).toMatchObject({ name: 'RejectedError' })
  })
})
