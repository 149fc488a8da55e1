import { type Response, Router } from 'express'
import type { z } from 'zod'
import { Asked, type Fault, outcomeChoices, readAnswer } from './decision-form.ts'
import { refuseReader, requireActor, visitorOf } from './gate.ts'
import { readDecided } from './parked-list.ts'
import {
  consequencesOf,
  needsLead,
  needsOutcome,
  type Question,
  questionOf,
  takesInteraction,
} from './parked-question.ts'
import { findByEffect } from './parked-search.ts'
import type { PageParts } from './router.ts'

/** `/dashboard/parked/decide?key=…&happened=…`: says what follows, then does it. */
export function createDecideRoutes(parts: PageParts): Router {
  const { desk, logger, readForm, sendPage } = parts
  const router = Router()
  const frame = { section: '/dashboard/parked' }

  /** What is asked, in an address or a form; `undefined` when there is no such effect. */
  async function read(source: unknown) {
    const asked = Asked.safeParse(source)
    const journey = asked.success ? await findByEffect(desk, asked.data.key) : undefined
    const question = asked.success && journey ? questionOf(journey, asked.data.key) : undefined
    return asked.success && question !== undefined ? { asked: asked.data, question } : undefined
  }

  const refuseUnknown = (response: Response) =>
    sendPage(response, 'notice', { title: 'No such effect', ...frame, ...noEffect }, 404)

  const refuseDecided = async (response: Response, { key, journeyId, title: what, isOpen }: Question) =>
    sendPage(
      response,
      'decided',
      { title: 'Already decided', ...frame, journeyId, what, isOpen, decided: await readDecided(desk, key) },
      409,
    )

  const ask = (
    response: Response,
    question: Question,
    { happened }: z.output<typeof Asked>,
    refused?: { fault: Fault; body: Record<string, unknown> },
  ) => {
    const typed = (field: string) => (typeof refused?.body[field] === 'string' ? refused.body[field] : undefined)
    return sendPage(
      response,
      'decide',
      {
        title: `${question.name} ${happened ? 'happened' : 'did not happen'}`,
        ...frame,
        question,
        happened,
        consequences: consequencesOf(question, happened),
        takesInteraction: takesInteraction(question, happened),
        needsLead: needsLead(question, happened),
        outcomes: needsOutcome(question, happened) ? outcomeChoices : [],
        interactionId: typed('interactionId') ?? question.interactionId ?? '',
        leadId: typed('leadId') ?? '',
        outcome: typed('outcome') ?? '',
        note: typed('note') ?? '',
        fault: refused?.fault,
      },
      refused === undefined ? 200 : 422,
    )
  }

  router.get('/parked/decide', async (request, response) => {
    if (!visitorOf(response).mayAct) return refuseReader(response, sendPage)
    const found = await read(request.query)
    if (found === undefined) return refuseUnknown(response)
    return found.question.isOpen ? ask(response, found.question, found.asked) : refuseDecided(response, found.question)
  })

  router.post('/parked/decide', readForm, requireActor(parts), async (request, response) => {
    const found = await read(request.body)
    if (found === undefined) return refuseUnknown(response)
    const { asked, question } = found
    const { key, journeyId } = question
    if (!question.isOpen) return refuseDecided(response, question)
    const form = await readAnswer(desk, question, asked, request.body)
    if ('fault' in form) return ask(response, question, asked, { fault: form.fault, body: request.body })
    const { askedAt, ...answer } = form.answer
    // Decided and parked again since the page was made: that is another question.
    if (askedAt !== undefined && askedAt !== question.askedAt) return refuseDecided(response, question)

    const by = visitorOf(response).principal?.name ?? ''
    const { happened } = asked
    const { result } = await desk.parked.decide(key, { happened, ...answer }, by)
    if (result === 'missing') return refuseUnknown(response)
    if (result === 'not_ours') {
      const fault = needsLead(question, happened)
        ? { field: 'leadId', text: 'This lead belongs to another journey.' }
        : { field: 'interactionId', text: 'This interaction belongs to another attempt.' }
      return ask(response, question, asked, { fault, body: request.body })
    }
    if (result === 'not_parked') return refuseDecided(response, { ...question, isOpen: false })
    logger.info({ effect: key, journeyId, happened, by }, 'parked.decided')
    return response.redirect(303, `/dashboard/parked?${new URLSearchParams({ decided: key })}`)
  })

  return router
}

const noEffect = {
  text: 'There is no effect with this key. Its journey may be older than RETENTION, or the link may be cut short.',
  linkUrl: '/dashboard/parked',
  linkText: 'All that is parked',
}
