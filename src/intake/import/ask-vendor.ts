import { setTimeout as wait } from 'node:timers/promises'
import type { Campaign } from '../../campaigns/campaign.ts'
import { AppError, RateLimitedError } from '../../errors.ts'
import type { LeadRequest } from '../../sources/meaning.ts'
import { type IdentifyParts, identify, type Who } from '../identify.ts'
import { createGate } from './gate.ts'

/** Few at once: dials of other campaigns stand in the same line. */
const ASKED_AT_ONCE = 8

/** How often the account's full line is waited for before the row is given up. */
const TRIES = 5
const MAX_WAIT_MS = 5_000

/** A vendor that failed so often in a row is away: the rest of the list does not wait for it. */
const MAX_FAILURES = 20

/**
 * Who the lead of a row is. A row with a number costs no request; without one the vendor is asked, and `undefined` means
 * that it could not be.
 */
export function createRowIdentity(parts: IdentifyParts, campaign: Campaign) {
  const gate = createGate(ASKED_AT_ONCE)
  let failures = 0

  async function ask(lead: LeadRequest): Promise<Who | undefined> {
    for (let tries = 1; failures < MAX_FAILURES; tries += 1) {
      try {
        const who = await identify(parts, campaign, lead, 'number')
        failures = 0
        return who
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        const isBusy = error instanceof RateLimitedError && tries < TRIES
        if (isBusy) {
          await wait(Math.min(error.retryAfterMs ?? MAX_WAIT_MS, MAX_WAIT_MS))
          continue
        }
        failures += 1
        return undefined
      }
    }
    return undefined
  }

  return async (lead: LeadRequest): Promise<Who | undefined> => {
    if (lead.phone !== undefined) return identify(parts, campaign, lead, 'number')
    const leave = await gate.enter()
    try {
      return await ask(lead)
    } finally {
      leave()
    }
  }
}
