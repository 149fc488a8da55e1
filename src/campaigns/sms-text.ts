import { Liquid, type Template, TokenKind } from 'liquidjs'
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
export const MAX_TEXT = 1600
const MAX_TEMPLATE = 5_000
const MAX_REMEMBERED = 500
const dateFilters = ['date', 'date_to_xmlschema', 'date_to_rfc822', 'date_to_string', 'date_to_long_string']

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
  for (const name of dateFilters) {
    const own = engine.filters[name]
    if (typeof own !== 'function') continue
    engine.registerFilter(name, function (value: unknown, ...args) {
      if (isMoving(value)) throw new RejectedError(moving(value), { code: 'SMS_TEXT' })
      return own.call(this, value, ...args)
    })
  }
  return engine
}

/** What every filter that reads times takes for the time of the reading. */
const isMoving = (value: unknown): value is string => value === 'now' || value === 'today'

function moving(value: string): string {
  return `"${value}" is another time whenever it is read: a text must come out the same every time`
}

/** Such a word inside a template's marks, where one of its filters reads times. Others are only seen when filled in. */
function movingTimes(template: string): string[] {
  const marks = template.match(/\{\{.*?\}\}|\{%.*?%\}/gs) ?? []
  if (!marks.some(mark => dateFilters.some(name => new RegExp(`\\|\\s*${name}\\b`).test(mark)))) return []
  const quoted = marks.flatMap(mark => [...mark.matchAll(/(['"])(now|today)\1/g)].map(([, , word = '']) => word))
  return [...new Set(quoted)].map(moving)
}

/** Every fault of a template: its syntax, unknown tags and filters, unknown variables. Empty when it is fit for use. */
export function checkSmsText(template: string): string[] {
  if (template.trim() === '') return ['is empty']
  if (template.length > MAX_TEMPLATE) return [`is longer than ${MAX_TEMPLATE} characters`]
  let parts: Template[]
  let used: string[][]
  try {
    parts = liquid.parse(template)
    used = variablesOf(parts)
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
  const unknown = used.filter(path => !isKnown(path))
  const least = leastLength(parts)
  return [
    ...[...new Set(unknown.map(path => path.join('.')))].map(
      name => `unknown variable "${name}": use ${variables.join(', ')} or lead.fields.<name>`,
    ),
    ...movingTimes(template),
    ...(least > MAX_TEXT
      ? [`has at least ${least} characters for every lead: no text may have more than ${MAX_TEXT}`]
      : []),
  ]
}

function variablesOf(parts: Template[]): string[][] {
  return liquid.globalVariableSegmentsSync(parts).map(segments => segments.map(String))
}

/** What stands outside of all tags comes with every text, but for blanks. */
function leastLength(parts: readonly Template[]): number {
  return parts.reduce((sum, { token }) => sum + (token.kind === TokenKind.HTML ? token.getText().trim().length : 0), 0)
}

/** Names of the lead's own fields that a template asks for. */
export function fieldsUsed(template: string): string[] {
  return variablesOf(parse(template)).flatMap(([group, kind, name]) =>
    group === 'lead' && kind === 'fields' && name !== undefined ? [name] : [],
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
  const text = fillSmsText(template, scope)
  if (text.length === 0) throw new RejectedError('its text is empty for this lead', { code: 'SMS_TEXT' })
  if (text.length > MAX_TEXT) {
    const reason = `its text has ${text.length} characters for this lead, and no text may have more than ${MAX_TEXT}`
    throw new RejectedError(reason, { code: 'SMS_TEXT' })
  }
  return text
}

/** The same, whatever its length. Throws `RejectedError` when the template fails. */
export function fillSmsText(template: string, scope: SmsScope): string {
  try {
    return String(liquid.renderSync(parse(template), scope)).trim()
  } catch (error) {
    const why = error instanceof Error && 'originalError' in error ? error.originalError : undefined
    if (why instanceof RejectedError) throw why
    throw new RejectedError('the SMS template could not be rendered', { code: 'SMS_TEXT', cause: error })
  }
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
