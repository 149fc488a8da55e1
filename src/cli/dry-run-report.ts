import { effectName, humanise, lookUp } from '../dashboard/words.ts'
import type { DryRun } from './answers.ts'
import { styleOf } from './colours.ts'
import { countOf, countText } from './figures.ts'
import { plainText } from './plain-text.ts'
import type { Screen, Style } from './screen.ts'
import { type Column, createTable } from './table.ts'

type Rule = DryRun['changes']['rules'][number]
type Change = Exclude<keyof Rule, 'rule' | 'kind'>
type Sample = DryRun['wouldFire'][number]['sample'][number] & { name: string }

/** Journeys that are shown for each rule, so that somebody can look whether it is right; `--json` has more. */
const SHOWN = 2

const facts: Readonly<Record<string, string>> = {
  extracted: 'what the vendor extracted',
  isLastAttempt: 'whether it was the last call',
}

/** What rules would have sent, and what of that is not what was sent. @param file whose rules; else those in force */
export function sayDryRun(out: Screen, run: DryRun, file: string | undefined): void {
  const { campaign, journeys, calls, leftOut, isWhole, wouldFire, changes, unknown, refused, warnings } = run
  const whose = file === undefined ? `The rules of ${campaign} in force` : `The rules of ${file}`
  const newest = isWhole ? '' : ' (the newest; a larger --limit looks at more)'
  out.say(plainText(`${whose}, held against ${countOf(calls, 'call')} of ${countOf(journeys, 'journey')}${newest}`))
  if (leftOut > 0) out.say(out.paint('dim', `${countOf(leftOut, 'journey')} left out: some are tests, the others not`))
  for (const { path, reason } of warnings) out.say(out.paint('yellow', plainText(`${path} ${reason}`)))

  if (changes.rules.length > 0) out.say()
  const countIn = (list: readonly { rule: string; kind: string; count: number }[], { rule, kind }: Rule) =>
    countText(list.find(entry => entry.rule === rule && entry.kind === kind)?.count ?? 0)
  const change = (title: string, name: Change, style?: Style): Column<Rule> => ({
    title,
    of: rule => countText(rule[name]),
    style: rule => (rule[name] > 0 ? style : undefined),
    align: 'right',
  })
  createTable<Rule>(out, [
    { title: 'FOLLOW-UP', of: ({ kind, rule }) => effectName(kind, rule), shrinks: true },
    { title: 'WOULD SEND', of: rule => countIn(wouldFire, rule), align: 'right' },
    change('ADDED', 'added', 'green'),
    change('REMOVED', 'removed', 'red'),
    change('SAME', 'same'),
    change('REWORDED', 'reworded'),
    change('NOT SENT', 'notSent'),
    { title: 'NOT KNOWN', of: rule => countIn(unknown, rule), align: 'right' },
  ]).add(changes.rules)

  const remarks = [
    ...refused.map(
      ({ kind, rule, count, reason }) => `${effectName(kind, rule)}: ${countText(count)} not sent: ${reason}`,
    ),
    ...unknown.map(({ kind, rule, count, missing }) => {
      const lost = missing.map(fact => lookUp(facts, fact) ?? humanise(fact).toLowerCase()).join(', ')
      return `${effectName(kind, rule)}: ${countText(count)} not known, because this was not kept: ${lost}`
    }),
  ]
  if (remarks.length > 0) out.say()
  for (const remark of remarks) out.say(plainText(remark))

  const samples = wouldFire.flatMap(({ kind, rule, sample }) =>
    sample.slice(0, SHOWN).map(entry => ({ ...entry, name: effectName(kind, rule) })),
  )
  if (samples.length > 0) out.say()
  createTable<Sample>(out, [
    { title: 'FOR INSTANCE', of: ({ name }) => name, shrinks: true },
    { title: 'JOURNEY', of: ({ journey }) => journey },
    { title: 'LEAD', of: ({ leadId }) => leadId, shrinks: true },
    { title: 'OUTCOME', of: ({ outcome }) => outcome, style: ({ outcome }) => styleOf(outcome), isOptional: true },
    { title: 'TEXT', of: ({ text }) => text, shrinks: true },
  ]).add(samples)
}
