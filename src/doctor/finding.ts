/** What was looked at, in the order in which it is told. */
export const checks = [
  'node',
  'settings',
  'data_dir',
  'redis',
  'clock',
  'campaigns',
  'vendor_keys',
  'budget',
  'port',
  'public_url',
  'service',
] as const
export type Check = (typeof checks)[number]

/** What one look came to. */
export type Finding =
  /** `noted`: worth knowing, and nothing is wrong; or it could not be looked at. */
  | { check: Check; state: 'good' | 'noted'; what: string }
  | { check: Check; state: 'bad'; what: string; why: string; mend: string }

export const good = (check: Check, what: string): Finding => ({ check, state: 'good', what })
export const noted = (check: Check, what: string): Finding => ({ check, state: 'noted', what })
/** @param why why it matters @param mend what to do about it */
export const bad = (check: Check, what: string, why: string, mend: string): Finding => ({
  ...{ check, state: 'bad', what },
  ...{ why, mend },
})
