/** The sections of the dashboard, in the order they are shown. `icon` names a drawing of `views/icon.liquid`. */
export const navigation = [
  { path: '/dashboard', label: 'Overview', icon: 'overview' },
  { path: '/dashboard/campaigns', label: 'Campaigns', icon: 'campaigns' },
  { path: '/dashboard/journeys', label: 'Journeys', icon: 'journeys' },
  { path: '/dashboard/events', label: 'Events', icon: 'events' },
  { path: '/dashboard/failures', label: 'Failures', icon: 'failures' },
  /** The only one with a number: what waits for a person. */
  { path: '/dashboard/parked', label: 'Parked', icon: 'attention' },
  { path: '/dashboard/suppressions', label: 'Suppressions', icon: 'stop' },
  { path: '/dashboard/audit', label: 'Audit', icon: 'audit' },
  { path: '/dashboard/settings', label: 'Settings', icon: 'settings' },
  { path: '/dashboard/docs', label: 'API', icon: 'api' },
] as const
