/** Which trace a record belongs to, as a W3C `traceparent`: whoever reads it hours later goes on in the same one. */
export interface RecordTrace {
  /** A record was read that belongs there, or nowhere. */
  join(traceparent: string | undefined): void
  /** Where a record belongs that is written now; `undefined` while nobody traces. */
  place(): string | undefined
}
