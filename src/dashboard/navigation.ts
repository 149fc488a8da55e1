/** The sections of the dashboard, in the order they are shown. `icon` names a drawing of `views/icon.liquid`. */
export const navigation = [
  { path: '/dashboard', label: 'Overview', icon: 'overview' },
  { path: '/dashboard/journeys', label: 'Journeys', icon: 'journeys' },
  /** The only one with a number: what waits for a person. */
  { path: '/dashboard/parked', label: 'Parked', icon: 'attention' },
  { path: '/dashboard/audit', label: 'Audit', icon: 'audit' },
] as const
