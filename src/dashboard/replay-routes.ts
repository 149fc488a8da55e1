import { type Response, Router } from 'express'
import { counted } from './counted.ts'
import { refuseReader, requireActor, visitorOf } from './gate.ts'
import { versionOf } from './live-hub.ts'
import { refuseListener } from './overview-routes.ts'
import { say } from './phrase.ts'
import { replayModel } from './replay-page.ts'
import type { PageParts } from './router.ts'

const section = '/dashboard/failures'

/** `/dashboard/replays/<id>`: how a replay gets on, and its cancelling. */
export function createReplayRoutes(parts: PageParts): Router {
  const { desk, live, render, readForm, sendPage } = parts
  const router = Router()

  async function fragment(id: string, mayAct: boolean): Promise<string | undefined> {
    const replay = await desk.replays.show(id)
    return replay && render('replay-live', { replay: replayModel(replay, desk.overview.campaignNames(), mayAct) })
  }

  const refuseUnknown = (response: Response) =>
    sendPage(response, 'notice', { title: 'No such replay', section, ...noReplay }, 404)

  router.get('/replays/:id', async (request, response) => {
    const { id } = request.params
    const html = await fragment(id, visitorOf(response).mayAct)
    if (html === undefined) return refuseUnknown(response)
    return sendPage(response, 'replay', { title: 'Replay', section, id, html, version: versionOf(html) })
  })

  router.get('/replays/:id/live', async (request, response) => {
    const { id } = request.params
    const { mayAct, forMs } = visitorOf(response)
    if ((await desk.replays.show(id)) === undefined) return refuseUnknown(response)
    const topic = { name: `replay ${id} ${mayAct}`, render: () => fragment(id, mayAct) }
    const seen = request.get('Last-Event-ID') ?? String(request.query['seen'] ?? '')
    if (!live.listen(topic, response, { seen, forMs })) refuseListener(response)
  })

  router.get('/replays/:id/cancel', async (request, response) => {
    const { id } = request.params
    if (!visitorOf(response).mayAct) return refuseReader(response, sendPage)
    const replay = await desk.replays.show(id)
    if (replay === undefined) return refuseUnknown(response)
    const backUrl = `/dashboard/replays/${encodeURIComponent(id)}`
    if (replay.status !== 'running') {
      return sendPage(response, 'notice', { title: 'It is over', section, ...isOver, linkUrl: backUrl }, 409)
    }
    const { matched, done, refused, standing } = replay
    const left = matched - done - refused + standing.waiting
    return sendPage(response, 'confirm', {
      title: 'Cancel a replay',
      section,
      crumb: { url: backUrl, text: 'Replay' },
      question: 'Cancel this replay?',
      now: `${counted(left, 'effect')} of ${matched.toLocaleString('en-US')} ${left === 1 ? 'is' : 'are'} still to be tried.`,
      points: [
        say('What has not been tried is not tried by this replay any more. It stands among the failures as before.'),
        say('What has been requested already stays as it is.'),
        say('Another replay can take up the rest later.'),
      ],
      act: { label: 'Cancel replay', keep: 'Let it go on', tone: 'danger' },
      backUrl,
    })
  })

  router.post('/replays/:id/cancel', readForm, requireActor(parts), async (request, response) => {
    const id = String(request.params['id'])
    const replay = await desk.replays.cancel(id, visitorOf(response).principal?.name ?? '')
    if (replay === undefined) return refuseUnknown(response)
    return response.redirect(303, `/dashboard/replays/${encodeURIComponent(id)}`)
  })

  return router
}

const noReplay = {
  text: 'There is no replay with this id. They are kept for 30 days, or the link may be cut short.',
  linkUrl: section,
  linkText: 'Failures',
}

const isOver = { text: 'There is nothing left to cancel. Nothing was changed.', linkText: 'To the replay' }
