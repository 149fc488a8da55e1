import { type Command, Option } from 'commander'
import type { Shell } from './shell.ts'
import { parseSince } from './since.ts'

/** Which failures are meant: all that fit every one of these. */
export interface FailureFilter {
  kind?: string
  cause?: string
  campaign?: string
  since?: string
}

export function addFailureFilter(command: Command, { clock }: Pick<Shell, 'clock'>): Command {
  return command
    .addOption(
      new Option('--kind <kind>', 'only effects of this kind').choices(['pixel', 'sms', 'call', 'lead', 'handover']),
    )
    .option('--cause <cause>', 'only this cause, word for word as `failures list` shows it')
    .option('-c, --campaign <id>', 'only those of this campaign')
    .option('--since <time>', 'only those that began to fail then or later: 2026-12-01, or PT2H ago', parseSince(clock))
}

/** What was asked for, without what goes with it. */
export function filterIn({ kind, cause, campaign, since }: FailureFilter): FailureFilter {
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(cause === undefined ? {} : { cause }),
    ...(campaign === undefined ? {} : { campaign }),
    ...(since === undefined ? {} : { since }),
  }
}
