import { type Response, Router } from 'express'
import type { SuppressionImport } from '../desk/suppressions.ts'
import { PayloadError } from '../errors.ts'
import { causeOf } from '../http/import-cause.ts'
import { readLongBody } from '../http/long-body.ts'
import { counted } from './counted.ts'
import { refuseReader, requireActor, visitorOf } from './gate.ts'
import { type ReportModel, rowParts } from './import-report.ts'
import type { PageParts } from './router.ts'
import { suppressionRow } from './suppression-rows.ts'

const section = '/dashboard/suppressions'

/** What a person does to one number: keeps an inferred opt-out, takes one back, removes a suppression; and lists. */
export function createSuppressionActRoutes(parts: PageParts): Router {
  const { desk, logger, readForm, render, sendPage } = parts
  const router = Router()
  const act = requireActor(parts)
  const nameOf = (response: Response) => visitorOf(response).principal?.name ?? ''

  router.post('/suppressions/import', act, async (request, response) => {
    const isDryRun = request.query['dryRun'] === 'true'
    const body = readLongBody(request)
    const done = await desk.suppressions.import(body.chunks, { isDryRun, by: nameOf(response) })
    const { accepted, duplicates, rejected, brokenBy } = done
    const facts = { accepted, duplicates, rejected, isDryRun }
    if (brokenBy === undefined) logger.info(facts, 'suppressions.imported')
    else logger.warn({ ...facts, ...causeOf(brokenBy) }, 'suppressions.import_ended_early')
    if (response.destroyed) return
    const status = brokenBy === undefined ? 200 : brokenBy instanceof PayloadError ? 400 : 503
    const values = { report: reportOf(done, isDryRun), reportUrl: undefined, campaignId: '' }
    response
      .status(status)
      .set('X-Report', '1')
      .type('html')
      .send(await render('import-report', values))
    await body.drain()
  })

  router.post('/suppressions/:id/keep', readForm, act, async (request, response) => {
    const id = String(request.params['id'])
    const isKept = await desk.suppressions.judge(id, true, nameOf(response))
    return isKept ? response.redirect(303, `${section}?done=kept`) : refuseGone(response)
  })

  for (const way of ['remove', 'dismiss'] as const) {
    router.get(`/suppressions/:id/${way}`, async (request, response) => {
      const { clearance, mayAct } = visitorOf(response)
      const found = await desk.suppressions.show(String(request.params['id']), clearance)
      if (found === undefined || (way === 'dismiss' && !found.inferred)) return refuseGone(response)
      if (!mayAct) return refuseReader(response, sendPage)
      const title = way === 'remove' ? 'Remove a suppression' : 'No opt-out'
      return sendPage(response, 'release', {
        title,
        section,
        row: suppressionRow(found),
        isDismissal: way === 'dismiss',
      })
    })

    router.post(`/suppressions/:id/${way}`, readForm, act, async (request, response) => {
      const id = String(request.params['id'])
      const by = nameOf(response)
      const isDone =
        way === 'remove'
          ? (await desk.suppressions.remove({ id }, by)) === 'removed'
          : await desk.suppressions.judge(id, false, by)
      if (!isDone) return refuseGone(response)
      logger.info({ suppression: id, by, way }, 'number.released')
      return response.redirect(303, `${section}?done=${way === 'remove' ? 'removed' : 'dismissed'}`)
    })
  }

  const refuseGone = (response: Response) =>
    sendPage(response, 'notice', { title: 'Nothing to decide', section, ...gone }, 404)

  return router
}

const gone = {
  text: 'There is no such suppression any more: somebody has decided, or the number has written again. Nothing was changed.',
  linkUrl: section,
  linkText: 'All suppressions',
}

function reportOf(done: SuppressionImport, isDryRun: boolean): ReportModel {
  const { accepted, duplicates, rejected, report, brokenBy } = done
  const told = {
    counts: [
      { label: 'New numbers', count: accepted, note: 'no more called or texted' },
      { label: 'Known', count: duplicates, note: 'in the file twice, or suppressed already' },
      { label: 'Faulty rows', count: rejected, note: 'left out, each with its reason' },
    ],
    ...rowParts(report),
    rejected,
  }
  const numbers = counted(accepted, 'number')
  if (brokenBy !== undefined) {
    const why =
      brokenBy instanceof PayloadError
        ? sentence(brokenBy.message)
        : 'Something went wrong here, and the log says what.'
    const taken =
      isDryRun || accepted === 0
        ? 'Nothing was imported.'
        : `${numbers} came in. Send the same file again for the rest.`
    return { ...told, isGood: false, title: 'The file could not be read to its end', text: `${why} ${taken}` }
  }
  if (!isDryRun) {
    const title = `${numbers} ${accepted === 1 ? 'is' : 'are'} suppressed`
    return { ...told, isGood: true, title, text: 'What is planned to them is skipped when its time comes.' }
  }
  if (accepted === 0) {
    const text =
      rejected === 0 ? 'All of its numbers are suppressed already.' : 'Mend the rows below and check the file again.'
    return { ...told, isGood: false, title: 'There is nothing new in this file', text }
  }
  return {
    ...told,
    isGood: true,
    title: `${numbers} of this file can be suppressed`,
    text: 'Nothing has been imported yet.',
    importLabel: accepted === 1 ? 'Suppress this number' : `Suppress these ${accepted.toLocaleString('en-US')} numbers`,
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
