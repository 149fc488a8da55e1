/** What can be pressed on a page: by everybody, only by who may read, and only by who may act. */
export interface Offers {
  toAll?: readonly string[]
  toReaders?: readonly string[]
  toActors?: readonly string[]
  /** Nobody else is led there or let in. */
  isForActors?: true
}

const forActors = (...toActors: string[]): Offers => ({ toActors, isForActors: true })

/** Every page by its shape, with everything that can be pressed on it. A button that is not named here fails the test. */
export const pages: Readonly<Record<string, Offers>> = {
  '/': {},
  '/campaigns': { toActors: ['Pause everything…'] },
  '/campaigns/:campaign': {
    toReaders: ['Imports'],
    toActors: ['Start…', 'Pause…', 'Resume…', 'Cancel…', 'Import leads…'],
  },
  '/campaigns/:campaign/start': forActors('Start campaign', 'Not yet'),
  '/campaigns/:campaign/pause': forActors('Pause campaign', 'Keep it running'),
  '/campaigns/:campaign/resume': forActors('Resume campaign', 'Leave it paused'),
  '/campaigns/:campaign/cancel': forActors('Cancel campaign', 'Keep it'),
  '/campaigns/:campaign/import': { toActors: ['Check the file'] },
  '/campaigns/:campaign/imports/:import': { toAll: ['Whole report as CSV'] },
  '/campaigns/:campaign/imports/:import/report': {},
  '/campaigns/:campaign/export': {},
  '/pause-all': forActors('Pause everything', 'Keep everything running'),
  '/journeys': { toAll: ['Search'] },
  '/journeys/:journey': { toActors: ['Cancel journey…', 'It happened…', 'It did not…'] },
  '/journeys/:journey/cancel': forActors('Cancel journey', 'Keep it going'),
  '/events': { toAll: ['Show'] },
  '/events/:event': { toActors: ['Replay…', 'Download raw'] },
  '/events/:event/raw': forActors(),
  '/events/:event/replay': forActors('Replay event', 'Leave it'),
  '/failures': { toAll: ['Show'], toActors: ['Replay these…', 'Replay all of these…', 'See what is parked'] },
  '/failures/replay': forActors('Replay # pixels', 'Replay # effects', 'Leave them'),
  '/replays/:replay': { toActors: ['Cancel replay…'] },
  '/replays/:replay/cancel': forActors('Cancel replay', 'Let it go on'),
  '/parked': { toAll: ['Timeline'], toActors: ['It happened…', 'It did not…'] },
  '/parked/decide': forActors('It happened', 'It did not happen', 'Decide later'),
  '/suppressions': {
    toAll: ['Search'],
    toActors: ['It is an opt-out', 'It is no opt-out…', 'Remove #…', 'Suppress', 'Check the file'],
  },
  '/suppressions/:number/dismiss': forActors('It was no opt-out', 'Keep it'),
  '/suppressions/:number/remove': forActors('Remove the suppression', 'Keep it'),
  '/audit': {},
  '/settings': {},
  '/docs': {},
}

/** What is otherwise while everything is paused. */
export const pausedPages: typeof pages = {
  '/': {},
  '/campaigns': { toActors: ['Let everything go on…'] },
  '/campaigns/:campaign': {
    toReaders: ['Imports'],
    toActors: ['Pause…', 'Cancel…', 'Import leads…', 'Let everything go on…'],
  },
  '/resume-all': forActors('Resume everything', 'Leave everything paused'),
}

/** Where only they are led who may act, however the link to it looks. */
export const isForActors = (shape: string) => ({ ...pages, ...pausedPages })[shape]?.isForActors === true

/** What the tables say that somebody finds, in the order of `sorted`. */
export function offeredTo(mayAct: boolean, table: typeof pages): Record<string, string[]> {
  const open = Object.entries(table).filter(([, offers]) => mayAct || offers.isForActors !== true)
  return Object.fromEntries(
    open.map(([shape, { toAll = [], toReaders = [], toActors = [] }]) => [
      shape,
      [...toAll, ...(mayAct ? toActors : toReaders)].sort(),
    ]),
  )
}
