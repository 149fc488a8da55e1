import type { AlertWatch } from './alert-watch.ts'
import type { Handler } from './settled.ts'

/** Looks for what somebody should be told of. */
export function createRaiseAlerts({ lookForAlerts }: { lookForAlerts: AlertWatch['look'] }): Handler<unknown> {
  return (_payload, { signal }) => lookForAlerts(signal)
}
