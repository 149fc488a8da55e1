import { expect, test } from 'vitest'
import { playScene, type Run, type Scene } from '../support/crash-run.ts'
import { handedCampaign, rowPhone } from '../support/hand-over-stage.ts'

const LEADS = 30

/** The campaign's time is short: what nobody can tell is decided at its end. */
const scene: Scene = {
  name: 'many leads that are handed over together',
  campaign: { ...handedCampaign, dial: { ...handedCampaign.dial, notAfter: 'PT20S' } },
  control: {
    leadsail: { autoDialer: { firstCallMs: 100, retryMs: 20, maxAttempts: 3 } },
    scripts: {
      '*': [
        { status: 'no_answer', lengthMs: 0 },
        { status: 'qualified', lengthMs: 0 },
      ],
    },
  },
  async play({ lead }) {
    await Promise.all(Array.from({ length: LEADS }, (_, index) => lead(`lead_${index}`, { phone: rowPhone(index) })))
  },
  shows: /./,
  ends: { calls: 2 * LEADS, kinds: [], effects: {} },
}

const standing = ({ journeys }: Run, state: string) =>
  journeys.filter(({ effects }) => effects.find(({ kind }) => kind === 'handover')?.state === state)

test('killed between the intents and the answer, no lead of the chunk is handed over twice, and none is lost', async () => {
  const [unsent, sent] = await Promise.all([
    playScene(scene, 'hand-over leadsail.sendToAutoDialer 1 before'),
    playScene(scene, 'hand-over leadsail.sendToAutoDialer 1 after'),
  ])
  for (const run of [unsent, sent]) {
    expect(run.journeys).toHaveLength(LEADS)
    expect(run.truth.duplicates).toMatchObject({ calls: [], handOvers: [] })
    const known = run.journeys.flatMap(({ attempts }) => attempts.map(({ interactionId }) => interactionId))
    expect(known.sort()).toEqual(run.truth.calls.map(({ interactionId }) => interactionId).sort())
    expect(run.heldNumbers).toBe(0)
  }
  // It had reached the vendor: its calls tell that, and everybody is followed to the end.
  expect(standing(sent, 'done')).toHaveLength(LEADS)
  expect(sent.journeys.map(({ outcome }) => outcome)).toEqual(Array(LEADS).fill('qualified'))

  // It had not, which nobody can know: those leads wait for a person, all others are called.
  const cut = [...unsent.atDeath].filter(([, { state }]) => state === 'intended').map(([key]) => key)
  expect(cut.length).toBeGreaterThan(0)
  expect(unsent.parked.sort()).toEqual(cut.sort())
  expect(standing(unsent, 'done')).toHaveLength(LEADS - cut.length)
  expect(unsent.truth.handOvers).toHaveLength(LEADS - cut.length)
}, 120_000)
