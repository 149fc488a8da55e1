import { expect, test } from 'vitest'
import { describeFault, loadCampaign, warningsIn } from './load.ts'

const warningsOf = (text: string) => {
  const result = loadCampaign(text, 'roof.yaml')
  if ('faults' in result) return result.faults.map(describeFault)
  return warningsIn({ file: 'roof.yaml', text, ...result }).map(describeFault)
}
const head = 'id: roof\nname: Roof\n'

test.each([
  ['PT1H by default', '', 1],
  ['of an hour', 'poll: { deadline: PT1H }\n', 1],
  ['of a day', 'poll: { deadline: P1D }\n', 0],
  ['of a week', 'poll: { deadline: P7D }\n', 0],
])('a deadline %s for conversations', (_what, poll, count) => {
  const warnings = warningsOf(`${head}provider: naturalead\naccount: { channel: whatsapp }\n${poll}`)
  expect(warnings).toHaveLength(count)
  for (const text of warnings) expect(text).toContain('is short for conversations')
})

test.each([
  ['one a second by default', '{ agentIds: [a], workflowId: w }', '', 1],
  ['within what workflows place', '{ agentIds: [a], workflowId: w }', 'dial: { pace: { callsPerSecond: 0.15 } }\n', 0],
  ['without a workflow', '{ agentIds: [a] }', '', 0],
])('a pace %s', (_what, account, dial, count) => {
  const warnings = warningsOf(`${head}provider: leadconnector\naccount: ${account}\n${dial}`)
  expect(warnings).toHaveLength(count)
  for (const text of warnings) expect(text).toContain("LeadConnector's workflows place 10 calls a minute")
})
