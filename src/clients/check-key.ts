import { isKeyRefused, RejectedError } from '../errors.ts'
import type { Provider, RequestOptions } from './ports.ts'

/** Well-formed for every vendor, and the id of nothing. */
const NOBODY = '0'.repeat(24)

/** Whether a vendor takes our key: something harmless is asked for with it. */
export interface KeyPort {
  /** Resolves when the key is taken. Throws the errors of the ports; `isKeyRefused` tells those that are about the key. */
  checkKey(options?: Pick<RequestOptions, 'signal'>): Promise<void>
}

/** Asks for records that are not there: a no that is not about the key says that the key was taken. */
export async function checkVoiceKey(provider: Provider, options?: Pick<RequestOptions, 'signal'>): Promise<void> {
  await unlessUnknown(provider.getInteraction(NOBODY, options))
  // Where people are records of their own, reading them takes a permission of its own.
  if (provider.keepsDoNotContact) await unlessUnknown(provider.getLead(NOBODY, options))
}

async function unlessUnknown(asked: Promise<unknown>): Promise<void> {
  try {
    await asked
  } catch (error) {
    if (!(error instanceof RejectedError) || isKeyRefused(error)) throw error
  }
}
