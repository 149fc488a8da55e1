import type { PartOptions } from '../part.ts'
import type { Announcer } from './announcer.ts'
import { type CallRecord, showCallEnd } from './call-log.ts'
import type { Calls } from './calls.ts'

/** How often it is looked whether calls are over while some are on: a shifted clock is noticed within this time. */
const LOOK_MS = 100

/** Announces the end of every call, once, when it is over. */
export function createCallEnds({
  now,
  calls,
  announcer,
}: Pick<PartOptions, 'now'> & { calls: Calls; announcer: Announcer }) {
  const announced = new Set<CallRecord>()
  let timer: NodeJS.Timeout | undefined

  function look(): void {
    clearTimeout(timer)
    timer = undefined
    const waiting = calls.all().filter(call => !announced.has(call) && Number.isFinite(call.endsAt))
    const at = now()
    const over = waiting.filter(({ endsAt }) => endsAt <= at).sort((one, other) => one.endsAt - other.endsAt)
    for (const call of over) {
      announced.add(call)
      announcer.announce('VoiceAiCallEnd', showCallEnd(call))
    }
    if (over.length < waiting.length) timer = setTimeout(look, LOOK_MS).unref()
  }

  return {
    look,
    reset(): void {
      clearTimeout(timer)
      timer = undefined
      announced.clear()
    },
  }
}
