import { Liquid, type Template } from 'liquidjs'
import { RejectedError } from '../errors.ts'

/** What an SMS text may speak of. Absent values render as nothing, or as their `default`. */
export interface SmsScope {
  lead: {
    firstName?: string | undefined
    lastName?: string | undefined
    email?: string | undefined
    phone?: string | undefined
    fields?: Readonly<Record<string, unknown>> | undefined
  }
  campaign: { id: string; name: string }
  call?: { outcome?: string | undefined; summary?: string | undefined; talkSeconds?: number | undefined } | undefined
}

const variables = [
  'lead.firstName',
  'lead.lastName',
  'lead.email',
  'lead.phone',
  'campaign.id',
  'campaign.name',
  'call.outcome',
  'call.summary',
  'call.talkSeconds',
]
/** LeadSail takes 1 to 1600 characters; the others take no more. */
const MAX_TEXT = 1600
const MAX_TEMPLATE = 5_000
const MAX_REMEMBERED = 500

const liquid = createEngine()
const parsed = new Map<string, Template[]>()

/** Liquid without whatever reads files, rolls dice or runs without end: a text must come out the same every time. */
function createEngine(): Liquid {
  const engine = new Liquid({
    templates: {},
    strictFilters: true,
    ownPropertyOnly: true,
    timezoneOffset: 0,
    parseLimit: MAX_TEMPLATE,
    renderLimit: 2_000,
    memoryLimit: 200_000,
  })
  for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag]
  for (const filter of ['sample']) delete engine.filters[filter]
  return engine
}

/** Every fault of a template: its syntax, unknown tags and filters, unknown variables. Empty when it is fit for use. */
export function checkSmsText(template: string): string[] {
  if (template.trim() === '') return ['is empty']
  if (template.length > MAX_TEMPLATE) return [`is longer than ${MAX_TEMPLATE} characters`]
  let used: ReturnType<Liquid['globalVariableSegmentsSync']>
  try {
    used = liquid.globalVariableSegmentsSync(liquid.parse(template))
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
  const unknown = used.map(segments => segments.map(String)).filter(path => !isKnown(path))
  return [...new Set(unknown.map(path => path.join('.')))].map(
    name => `unknown variable "${name}": use ${variables.join(', ')} or lead.fields.<name>`,
  )
}

function isKnown(path: string[]): boolean {
  if (path[0] === 'lead' && path[1] === 'fields') return path.length === 3
  return variables.includes(path.join('.'))
}

/**
 * The text of a template for one lead, without blanks at its ends. Throws `RejectedError` with code `SMS_TEXT` when the
 * template fails or the text is not 1 to 1600 characters long.
 */
export function renderSmsText(template: string, scope: SmsScope): string {
  let text: string
  try {
    text = String(liquid.renderSync(parse(template), scope)).trim()
  } catch (error) {
    throw new RejectedError('the SMS template could not be rendered', { code: 'SMS_TEXT', cause: error })
  }
  if (text.length === 0 || text.length > MAX_TEXT) {
    throw new RejectedError(`an SMS has 1 to ${MAX_TEXT} characters, this one ${text.length}`, { code: 'SMS_TEXT' })
  }
  return text
}

function parse(template: string): Template[] {
  let known = parsed.get(template)
  if (!known) {
    known = liquid.parse(template)
    if (parsed.size >= MAX_REMEMBERED) parsed.clear()
    parsed.set(template, known)
  }
  return known
}
