import { defaults } from './defaults.ts'
import { parseDurationMs } from './duration.ts'
import { unreachable } from './rule-reach.ts'
import { triggerEvents } from './trigger-events.ts'
import type { ProviderName } from './vocabulary.ts'

/** What is wrong, and where in the file. */
export interface FieldFault {
  path: (string | number)[]
  reason: string
}

const accountOf: Record<ProviderName, { needed: string; allowed: readonly string[] }> = {
  leadsail: { needed: 'campaignId', allowed: ['campaignId'] },
  leadconnector: { needed: 'agentIds', allowed: ['agentIds', 'workflowId'] },
  naturalead: { needed: 'channel', allowed: ['channel'] },
}

const platformOf: Readonly<Record<string, string>> = { meta: 'facebook', tiktok: 'tiktok' }

/**
 * Rules that concern more than one field of a campaign file. They run whether or not the fields themselves are right,
 * so they take nothing for granted and keep silent about a field that is faulty by itself.
 */
export function faultsBetweenFields(file: unknown): FieldFault[] {
  return [
    ...accountFaults(file),
    ...modeFaults(file),
    ...writeBackFaults(file),
    ...pollFaults(file),
    ...followUpFaults(file),
  ]
}

function* accountFaults(file: unknown): Generator<FieldFault> {
  const provider = providerOf(file)
  const account = at(file, 'account')
  if (provider === undefined || !isObject(account)) return
  const { needed, allowed } = accountOf[provider]
  if (account[needed] === undefined) yield { path: ['account', needed], reason: `is missing: ${provider} needs it` }
  for (const field of ['campaignId', 'agentIds', 'workflowId', 'channel']) {
    if (account[field] !== undefined && !allowed.includes(field)) {
      yield { path: ['account', field], reason: `does not belong to ${provider}, which has ${allowed.join(' and ')}` }
    }
  }
  const retry = at(file, 'dial', 'retry')
  if (
    provider === 'leadconnector' &&
    account['workflowId'] === undefined &&
    isObject(retry) &&
    Object.keys(retry).length > 0
  ) {
    yield { path: ['account', 'workflowId'], reason: 'is missing: dial.retry needs a workflow that places the call' }
  }
}

function* modeFaults(file: unknown): Generator<FieldFault> {
  const provider = providerOf(file)
  if (provider === undefined) return
  if (at(file, 'mode') === 'handover' && provider !== 'leadsail') {
    yield { path: ['mode'], reason: `handover is for leadsail only: ${provider} has no auto-dialer` }
  }
  const every = Object.values(triggerEvents).flat()
  for (const [index, event] of list(at(file, 'trigger', 'events')).entries()) {
    const isEvent = typeof event === 'string' && every.includes(event)
    if (isEvent && !triggerEvents[provider].includes(event)) {
      yield {
        path: ['trigger', 'events', index],
        reason: `is no event of ${provider}, which has ${triggerEvents[provider].join(', ')}`,
      }
    }
  }
}

function* writeBackFaults(file: unknown): Generator<FieldFault> {
  const provider = providerOf(file)
  if (provider === undefined || provider === 'leadsail') return
  for (const record of ['submission', 'lead']) {
    if (at(file, 'writeBack', record) !== true) continue
    yield { path: ['writeBack', record], reason: `is for leadsail only: nothing is written to records of ${provider}` }
  }
}

function* pollFaults(file: unknown): Generator<FieldFault> {
  const least = milliseconds(at(file, 'poll', 'min') ?? defaults.poll.min)
  const most = milliseconds(at(file, 'poll', 'max') ?? defaults.poll.max)
  if (least !== undefined && most !== undefined && least > most) {
    yield {
      path: ['poll', at(file, 'poll', 'min') === undefined ? 'max' : 'min'],
      reason: 'poll.min is longer than poll.max',
    }
  }
}

function* followUpFaults(file: unknown): Generator<FieldFault> {
  const seen = new Set<unknown>()
  const reach = {
    provider: providerOf(file),
    outcomes: at(file, 'outcomes'),
    mode: at(file, 'mode'),
    maxAttempts: at(file, 'dial', 'maxAttempts'),
    retry: at(file, 'dial', 'retry'),
  }
  for (const [index, rule] of list(at(file, 'followUps')).entries()) {
    if (!isObject(rule)) continue
    const path = ['followUps', index]
    const { id, sms, pixel } = rule
    if (id !== undefined && seen.has(id)) yield { path: [...path, 'id'], reason: `"${id}" is the id of another rule` }
    seen.add(id)
    if ((sms === undefined) === (pixel === undefined)) yield { path, reason: 'needs exactly one of sms and pixel' }
    for (const fault of unreachable(isObject(rule['when']) ? rule['when'] : {}, reach)) {
      yield { ...fault, path: [...path, 'when', ...fault.path] }
    }
    if (isObject(sms)) {
      for (const fault of smsFaults(sms, reach.provider)) yield { ...fault, path: [...path, 'sms', ...fault.path] }
    }
    if (isObject(pixel)) {
      for (const fault of pixelFaults(pixel)) yield { ...fault, path: [...path, 'pixel', ...fault.path] }
    }
  }
}

/** Vendors without texts: a rule of theirs has to name another one. https://docs.naturalead.ai/api-reference/overview */
const textless: readonly string[] = ['naturalead']

/** Vendors that list no texts: that one is not to be seen says nothing of whether it went out. */
const unlisted: readonly string[] = ['leadconnector']

function* smsFaults(
  { via, onUnknown }: Record<string, unknown>,
  provider: ProviderName | undefined,
): Generator<FieldFault> {
  const sender = via ?? provider
  if (typeof sender !== 'string') return
  if (textless.includes(sender)) {
    yield { path: ['via'], reason: `${sender} sends no texts: set via: leadsail or leadconnector` }
  }
  if (onUnknown === 'resend' && unlisted.includes(sender)) {
    const why = `${sender} does not list its texts, so that one which went out would be sent again`
    yield { path: ['onUnknown'], reason: `cannot be resend: ${why}. Leave it out: a person decides` }
  }
}

/** It becomes part of the address at Meta. LeadSail has ids of its own, and publishes no shape of them. */
const pixelIds: Readonly<Record<string, { shape: RegExp; words: string }>> = {
  meta: { shape: /^\d+$/, words: 'digits, as the ids of Meta’s' },
  tiktok: { shape: /^[A-Za-z\d]+$/, words: 'letters and digits, as the ids of TikTok’s' },
}

function* pixelFaults(pixel: Record<string, unknown>): Generator<FieldFault> {
  const { via = defaults.pixel.via, platform } = pixel
  if (via === 'leadsail' && platform === undefined) {
    yield { path: ['platform'], reason: 'is missing: via: leadsail needs facebook or tiktok' }
  }
  const id = typeof via === 'string' && Object.hasOwn(pixelIds, via) ? pixelIds[via] : undefined
  const { pixelId } = pixel
  if (id !== undefined && typeof pixelId === 'string' && /^\S+$/.test(pixelId) && !id.shape.test(pixelId)) {
    yield { path: ['pixelId'], reason: `must be ${id.words} pixels are` }
  }
  const implied = typeof via === 'string' && Object.hasOwn(platformOf, via) ? platformOf[via] : undefined
  if (implied !== undefined && platform !== undefined && platform !== implied) {
    yield { path: ['platform'], reason: `contradicts via: ${via}; leave it out` }
  }
  for (const [given, needed] of [
    ['value', 'currency'],
    ['currency', 'value'],
  ] as const) {
    if (pixel[given] !== undefined && pixel[needed] === undefined) {
      yield { path: [given], reason: `means nothing without ${needed}: give both or neither` }
    }
  }
  const retryForMs = milliseconds(pixel['retryFor'])
  if (via === 'meta' && retryForMs !== undefined && retryForMs > (milliseconds('P6D') ?? 0)) {
    yield { path: ['retryFor'], reason: 'must not be longer than P6D: Meta refuses events older than seven days' }
  }
}

function providerOf(file: unknown): ProviderName | undefined {
  const provider = at(file, 'provider')
  return typeof provider === 'string' && Object.hasOwn(accountOf, provider) ? (provider as ProviderName) : undefined
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value)
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function milliseconds(text: unknown): number | undefined {
  return typeof text === 'string' ? parseDurationMs(text) : undefined
}
