import type { Journey, TimelineEntry } from '../../src/ledger/journey.ts'

/** How a try ends after which there is another one. */
const ofTries = new Set(['found_not_done', 'put_off', 'to_repeat'])

/**
 * Where a journey's timeline contradicts itself or the record it stands beside. An ended journey's timeline must tell
 * one story: opened once, every effect intended as often as it was tried and closed once, every call ended once.
 */
export function contradictions({
  timeline,
  attempts,
  effects,
  ...journey
}: Journey & { timeline: TimelineEntry[] }): string[] {
  const faults: string[] = []
  const must = (holds: boolean, why: string) => {
    if (!holds) faults.push(why)
  }
  const count = (...whats: string[]) => timeline.filter(({ what }) => whats.includes(what)).length
  /** Since a replay took it up, if one did: what was before that is another story. What left it alone changed nothing. */
  const of = (key: string) => {
    const told = timeline.filter(entry => entry['effect'] === key).map(({ what }) => what)
    return told.slice(told.lastIndexOf('effect.replayed') + 1).filter(what => what !== 'effect.not_replayed')
  }

  must(timeline[0]?.what === 'journey.opened' && count('journey.opened') === 1, 'it is not opened once')
  must(
    timeline.every(({ at }, index) => at >= (timeline[index - 1]?.at ?? 0)),
    'time runs backwards',
  )
  must(count('answer.came_too_late') === 0, 'an answer came too late')
  must(count('step.failed') === 0, 'a step failed')
  must(count('call.ended') === attempts.length, `${count('call.ended')} ends of ${attempts.length} calls`)
  // The vendor's dialer makes the calls: none is planned, and none is tried by us.
  const isHandedOver = effects.some(({ kind }) => kind === 'handover')
  must(count('dial.planned') === (isHandedOver ? 0 : attempts.length - 1), 'a dial was planned more than once')

  for (const { key, kind, state, tries } of effects) {
    const told = of(key)
    const intents = told.filter(what => what === `${kind}.intended`).length
    must(intents === tries, `${key}: ${intents} intents, ${tries} tries`)
    const closings = told.filter(what => what === `${kind}.done` || what === `${kind}.found_done`)
    must(
      closings.length === (state === 'done' ? 1 : 0),
      `${key}: ${state}, and told ${closings.join(', ') || 'nothing'}`,
    )
    const undone = told.filter(what => ofTries.has(what.slice(kind.length + 1))).length
    const least = isHandedOver && kind === 'call' ? 0 : 1
    must(tries === undone + least || state === 'skipped', `${key}: tried ${tries} times, not done ${undone} times`)
    must(told.filter(what => what === 'effect.parked').length === (state === 'parked' ? 1 : 0), `${key}: parked`)
    const last = told.at(-1)
    must(last === closings[0] || last === 'effect.parked' || last === `${kind}.skipped`, `${key}: ends with ${last}`)
  }
  const isParked = effects.some(({ state }) => state === 'parked')
  // A refused pixel had ended it before it was replayed.
  const ends = (isParked ? 0 : 1) + count('effect.replayed')
  must(count('journey.done') === ends, `journey.done is told ${count('journey.done')} times`)
  must((journey.endedAt === undefined) === isParked, 'its end is wrong')
  // The vendor's records are written beside it, each status once.
  const last = timeline.findLast(({ what }) => !what.startsWith('write_back.'))?.what
  must(isParked || last === 'journey.done', `it ends with ${last}`)
  const written = timeline
    .filter(({ what }) => what === 'write_back.done')
    .map(line => `${line['target']} ${line['status']}`)
  must(new Set(written).size === written.length, `written twice: ${written.join(', ')}`)
  must(journey.steps.length === 0, 'steps are left')
  return faults
}
