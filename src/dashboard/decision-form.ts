import { z } from 'zod'
import { outcomes } from '../campaigns/vocabulary.ts'
import type { Desk } from '../desk/index.ts'
import { needsLead, needsOutcome, type Question, takesInteraction } from './parked-question.ts'
import { lookUp, outcomeWords } from './words.ts'

/** An empty field says nothing. */
const filled = <T extends z.ZodType>(schema: T) =>
  z.preprocess(value => (typeof value === 'string' && value.trim() === '' ? undefined : value), schema.optional())

const happened = z.enum(['true', 'false']).transform(value => value === 'true')

/** Which question it is about: in the address of the page, and in the form on it. */
export const Asked = z.object({ key: z.string().min(1).max(1000), happened })

const Answered = z.object({
  /** When the effect had been put before a person, as the page knew it. */
  askedAt: filled(z.string()),
  interactionId: filled(z.string().trim().max(200).regex(/^\S*$/)),
  leadId: filled(z.string().trim().max(200).regex(/^\S*$/)),
  outcome: filled(z.enum(outcomes).exclude(['unmapped'])),
  note: filled(z.string().trim().max(500)),
})
export type Answered = z.output<typeof Answered>

/** What keeps a form from being an answer, and the field that is to be mended. */
export interface Fault {
  field: string
  text: string
}

export const outcomeChoices = outcomes
  .filter(id => id !== 'unmapped')
  .map(id => ({ id, label: outcomeWords[id].label }))

/** Reads the form of a decision; only fields that the question asks for are answers. */
export async function readAnswer(
  desk: Pick<Desk, 'journeys'>,
  question: Question,
  asked: z.output<typeof Asked>,
  body: unknown,
): Promise<{ answer: Answered } | { fault: Fault }> {
  const read = Answered.safeParse(body)
  if (!read.success) {
    const field = String(read.error.issues[0]?.path[0] ?? '')
    return { fault: { field, text: lookUp(faultTexts, field) ?? 'The form could not be read. Fill it in again.' } }
  }
  const { askedAt, note } = read.data
  const outcome = needsOutcome(question, asked.happened) ? read.data.outcome : undefined
  const interactionId = takesInteraction(question, asked.happened) ? read.data.interactionId : undefined
  if (needsOutcome(question, asked.happened) && outcome === undefined) {
    return { fault: { field: 'outcome', text: 'Choose what this call meant.' } }
  }
  const leadId = needsLead(question, asked.happened) ? read.data.leadId : undefined
  if (needsLead(question, asked.happened) && leadId === undefined) {
    return { fault: { field: 'leadId', text: 'Write the id that the vendor has given the lead.' } }
  }
  const holder = interactionId && (await holderOf(desk, question, interactionId))
  if (holder) return { fault: { field: 'interactionId', text: `This is another call, to lead ${holder}.` } }
  return { answer: { askedAt, note, outcome, interactionId, leadId } }
}

/** The lead of another attempt that this interaction belongs to. */
async function holderOf(desk: Pick<Desk, 'journeys'>, question: Question, interactionId: string) {
  const { journeys } = await desk.journeys.find({ interactionId }, { limit: 1 })
  const isOurs = (journeyId: string, attempt: number) =>
    journeyId === question.journeyId && String(attempt) === question.rule
  return journeys.find(({ id, attempts }) =>
    attempts.some(attempt => attempt.interactionId === interactionId && !isOurs(id, attempt.number)),
  )?.leadId
}

const faultTexts: Record<string, string> = {
  interactionId: 'An interaction id has at most 200 characters and no spaces.',
  leadId: 'A lead id has at most 200 characters and no spaces.',
  outcome: 'Choose what this call meant.',
  note: 'A note has at most 500 characters.',
}
