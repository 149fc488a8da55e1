import { Router } from 'express'
import type { CampaignGlance } from '../desk/campaign-board.ts'
import { counts, liveCallPoint, waiting } from './campaign-consequences.ts'
import { moveWords } from './campaign-words.ts'
import { counted } from './counted.ts'
import { refuseReader, requireActor, visitorOf } from './gate.ts'
import { type Phrase, say } from './phrase.ts'
import type { PageParts } from './router.ts'

const section = '/dashboard/campaigns'

/** More campaigns than this are not summed up: nobody has so many. */
const ALL = 10_000

/** `/dashboard/pause-all` and `/dashboard/resume-all`: says what it does to how many, then does it. */
export function createPauseAllRoutes(parts: PageParts): Router {
  const { desk, readForm, sendPage } = parts
  const router = Router()
  const act = requireActor(parts)

  for (const what of ['pause', 'resume'] as const) {
    router.get(`/${what}-all`, async (_request, response) => {
      if (!visitorOf(response).mayAct) return refuseReader(response, sendPage)
      const { campaigns, allPaused } = await desk.board.list({ limit: ALL })
      if (allPaused === (what === 'pause')) return sendPage(response, 'notice', { ...alreadySo[what], section }, 409)
      return sendPage(response, 'confirm', {
        title: `${moveWords[what].verb} everything`,
        section,
        question: what === 'pause' ? 'Pause everything?' : 'Let everything go on?',
        now: what === 'pause' ? 'Every campaign, at once.' : 'Everything is paused now.',
        points: consequencesForAll(what, campaigns),
        act: { label: `${moveWords[what].verb} everything`, keep: keepAll[what], tone: 'main' },
        backUrl: section,
      })
    })

    router.post(`/${what}-all`, readForm, act, async (_request, response) => {
      const by = visitorOf(response).principal?.name ?? ''
      await (what === 'pause' ? desk.campaigns.pauseAll(by) : desk.campaigns.resumeAll(by))
      return response.redirect(303, `${section}?done=${what}`)
    })
  }

  return router
}

const keepAll = { pause: 'Keep everything running', resume: 'Leave everything paused' }

const back = { linkUrl: section, linkText: 'All campaigns' }
const alreadySo = {
  pause: { title: 'Everything is paused already', text: 'Nothing was changed.', ...back },
  resume: {
    title: 'Nothing is paused as a whole',
    text: 'Campaigns that are paused by themselves have a button of their own.',
    ...back,
  },
}

/** What it will do to how many, over all campaigns, to pause everything or to let it go on. */
function consequencesForAll(act: 'pause' | 'resume', campaigns: readonly CampaignGlance[]): Phrase[] {
  const running = campaigns.filter(({ status }) => status === 'running')
  const sum = (of: readonly CampaignGlance[], what: keyof ReturnType<typeof counts>) =>
    of.reduce((total, campaign) => total + counts(campaign)[what], 0)
  const scheduled = running.reduce((total, campaign) => total + waiting(campaign), 0)
  const handedOver = campaigns.filter(({ mode, status }) => mode === 'handover' && status !== 'cancelled')
  const withDialer = handedOver.reduce((total, campaign) => total + counts(campaign).scheduled - waiting(campaign), 0)
  const following = sum(
    campaigns.filter(({ status }) => status !== 'cancelled'),
    'following',
  )
  const inThese = `in ${counted(running.length, 'running campaign')}`
  if (act === 'pause') {
    return [
      say(`No call begins anywhere: ${counted(scheduled, 'lead waits', 'leads wait')} ${inThese}.`),
      say(
        `No text and no pixel goes out${following === 0 ? '' : `: ${counted(following, 'lead waits', 'leads wait')} for theirs`}.`,
      ),
      ...liveCallPoint(sum(campaigns, 'live')),
      ...(withDialer <= 0
        ? []
        : [
            say(
              `${counted(withDialer, 'lead is', 'leads are')} with a vendor's own dialer and may be called by it all the same.`,
            ),
          ]),
      say('Webhooks and lists are still taken. The time that leads may wait goes on running.'),
      say('It holds until somebody lets everything go on, also over a restart.'),
    ]
  }
  const own = campaigns.filter(({ status }) => status === 'paused')
  return [
    say(
      `Calls begin again: ${counted(scheduled, 'lead waits', 'leads wait')} ${inThese}, as their hours and pace allow.`,
    ),
    say(
      following === 0
        ? 'No text or pixel waits.'
        : `Texts and pixels go out again: ${counted(following, 'lead waits', 'leads wait')} for theirs.`,
    ),
    ...(own.length === 0
      ? []
      : [
          say(
            `${own.length === 1 ? 'This campaign was paused by itself and stays so' : 'These campaigns were paused by themselves and stay so'}: ${own.map(({ name }) => name).join(', ')}.`,
          ),
        ]),
  ]
}
