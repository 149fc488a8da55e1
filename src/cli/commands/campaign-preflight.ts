import type { Command } from 'commander'
import { Preflight } from '../answers.ts'
import { apiPath, createClient } from '../client.ts'
import { addExamples } from '../examples.ts'
import { sayFacts } from '../facts.ts'
import { barText, countText } from '../figures.ts'
import { whichCampaign, withHint } from '../hint.ts'
import { localMinute, localZone } from '../local-time.ts'
import { type Screen, sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'
import { createTable } from '../table.ts'

const BAR_WIDTH = 30

/** `campaign preflight <id>`. */
export function addCampaignPreflight(campaign: Command, shell: Shell): void {
  const command = campaign
    .command('preflight')
    .description('what would happen from now on: who can be called, when, who not and why')
    .argument('<id>', 'the campaign')
    .option('--json', "the API's own JSON")
  addExamples(command, ['campaign preflight roof-quotes']).action(async (id: string, options: { json?: true }) => {
    const asked = createClient(shell).get(apiPath('campaigns', id, 'preflight'))
    const answer = await withHint(asked, whichCampaign)
    if (options.json) return sayJson(shell.out, answer.text)
    describe(shell.out, answer.read(Preflight))
  })
}

function describe(out: Screen, { mode, dialableNow, laterByHour, blocked, expectedFinishAt }: Preflight): void {
  const isHandOver = mode === 'handover'
  const noEnd = isHandOver ? "not known: the vendor's dialer decides" : 'no call would be made'
  const later = laterByHour.reduce((sum, { count }) => sum + count, 0)
  sayFacts(out, [
    [isHandOver ? 'handed over now' : 'can be called now', countText(dialableNow)],
    ['later', countText(later)],
    ['never', countText(Object.values(blocked).reduce((sum, count) => sum + count, 0))],
    ['done by', expectedFinishAt === null ? noEnd : localMinute(expectedFinishAt)],
  ])
  const most = Math.max(1, ...laterByHour.map(({ count }) => count))
  if (laterByHour.length > 0) {
    out.say()
    const hours = createTable<{ hour: string; count: number }>(out, [
      { title: `FROM (${localZone()})`, of: ({ hour }) => localMinute(hour) },
      { title: 'LEADS', of: ({ count }) => countText(count), align: 'right' },
      ...(out.isTerminal
        ? [
            {
              title: '',
              of: ({ count }: { count: number }) => barText(count, most, BAR_WIDTH).replaceAll('░', ' '),
              style: () => 'cyan' as const,
            },
          ]
        : []),
    ])
    hours.add(laterByHour)
  }
  const reasons = Object.entries(blocked).map(([reason, count]) => ({ reason, count }))
  if (reasons.length > 0) out.say()
  createTable<{ reason: string; count: number }>(out, [
    { title: 'NEVER, BECAUSE', of: ({ reason }) => reason },
    { title: 'LEADS', of: ({ count }) => countText(count), align: 'right' },
  ]).add(reasons)
}
