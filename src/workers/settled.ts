import { type KnownPerson, withoutPerson } from '../ledger/without-person.ts'

/** How one try of a job ended; becomes its one wide log line. */
export interface Settled {
  /** A short static word: `placed`, `deferred`, `gone`, `failed`. */
  result: string
  journeyId?: string | undefined
  campaign?: string | undefined
  eventId?: string | undefined
  /** Key of the effect that it was about, where that is not the step's own. */
  effect?: string | undefined
  /** Interactions that a walk came upon, and those of them that it took. */
  seen?: number
  taken?: number
  provider?: string
  /** Which try of this effect or step this was, from 1. */
  try?: number | undefined
  /** When the next try or look is due. */
  nextInMs?: number | undefined
  error?: { code: string; class: string; message: string; status?: number } | undefined
}

export interface JobContext {
  jobId: string
  /** Aborts when the process has to end before the job could. */
  signal: AbortSignal
}

export type Handler<P> = (payload: P, context: JobContext) => Promise<Settled>

/** Enough for a vendor's words and our own before them. */
const MAX_MESSAGE = 500

/**
 * What is kept and logged of an error.
 * @param about whom the request was about: a vendor's words may repeat what it was told of them
 */
export function errorFacts(
  error: unknown,
  about: KnownPerson = {},
): { code: string; class: string; message: string; status?: number } {
  const said = (message: string) => withoutPerson(message, about).slice(0, MAX_MESSAGE)
  if (!(error instanceof Error)) return { code: 'INTERNAL', class: 'Error', message: said(String(error)) }
  const { code, status } = error as { code?: unknown; status?: unknown }
  return {
    code: typeof code === 'string' ? code : 'INTERNAL',
    class: error.name,
    message: said(error.message),
    ...(typeof status === 'number' ? { status } : {}),
  }
}
