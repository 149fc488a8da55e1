/** The sections of the dashboard, in the order they are shown. `icon` names a partial of `views/icons`. */
export const navigation = [
  { path: '/dashboard', label: 'Overview', icon: 'overview' },
  { path: '/dashboard/journeys', label: 'Journeys', icon: 'journeys' },
] as const
