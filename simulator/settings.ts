import { Control, type ControlInput, type ControlState, initialState } from './control.ts'
import { LeadConnectorSettings } from './leadconnector/control.ts'

/** The control in force. Reads are free; an accepted post is merged as `control.ts` describes. */
export class Settings {
  #current: ControlState = initialState()

  get current(): ControlState {
    return this.#current
  }

  /**
   * Merges a control post and answers what it said, parsed.
   *
   * @throws ZodError when it has an unknown field or a wrong value; nothing is changed then.
   */
  apply(input: ControlInput): Control {
    const control = Control.parse(input)
    const old = this.#current
    this.#current = {
      ...old,
      ...given({
        autoCreateLeads: control.autoCreateLeads,
        autoCreateCampaigns: control.autoCreateCampaigns,
        timeScale: control.timeScale,
        outcomes: control.outcomes,
        lengths: control.lengths,
        summaryDelayMs: control.summaryDelayMs,
        requestLog: control.requestLog,
        faults: control.faults,
      }),
      apiKeys: { ...old.apiKeys, ...given(control.apiKeys ?? {}) },
      lists: { ...old.lists, ...given(control.lists ?? {}) },
      campaigns: mergeKeys(old.campaigns, control.campaigns),
      scripts: mergeKeys(old.scripts, control.scripts),
      webhooks: control.webhooks === null ? {} : { ...old.webhooks, ...given(control.webhooks ?? {}) },
      leadsail: { ...old.leadsail, ...given(control.leadsail ?? {}) },
      leadconnector: {
        ...old.leadconnector,
        ...given(LeadConnectorSettings.parse(control.leadconnector ?? {})),
      },
      naturalead: { ...old.naturalead, ...given(control.naturalead ?? {}) },
      meta: { ...old.meta, ...given(control.meta ?? {}) },
      tiktok: { ...old.tiktok, ...given(control.tiktok ?? {}) },
    }
    return control
  }

  reset(): void {
    this.#current = initialState()
  }
}

type Given<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> }

/** Only the fields that have a value. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>
}

/** Entry by entry; `null` takes an entry out. */
function mergeKeys<Value>(
  old: Record<string, Value>,
  changes: Record<string, Value | null> | undefined,
): Record<string, Value> {
  if (changes === undefined) return old
  const merged = { ...old }
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete merged[key]
    else merged[key] = value
  }
  return merged
}
