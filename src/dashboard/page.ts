import type { Response } from 'express'
import type { AssetName, Assets } from './assets.ts'
import { visitorOf } from './gate.ts'
import { navigation } from './navigation.ts'
import type { RenderView } from './views.ts'
import { waitingLabel } from './waiting.ts'

/** What every page says of itself; the rest is what its view needs. */
export interface PageValues {
  title: string
  /** Path of the entry of the navigation that this page belongs to. */
  section?: string
  [value: string]: unknown
}

/** Answers with a page in the common frame. */
export type SendPage = (response: Response, view: string, values: PageValues, status?: number) => Promise<void>

/** What all views know. */
export interface Frame {
  assets: Record<AssetName, string>
  visitor: { name?: string; role?: string; signedIn: boolean; mayAct: boolean }
  formToken: string
  navigation: readonly { path: string; label: string; icon: string; isHere: boolean; badge?: string }[]
}

export function createSendPage(parts: {
  render: RenderView
  assets: Assets
  /** How many effects wait for a person. */
  countWaiting: () => Promise<number>
}): SendPage {
  return async (response, view, values, status = 200) => {
    const { principal, signedIn, mayAct, formToken } = visitorOf(response)
    const [assets, waiting] = await Promise.all([
      parts.assets.urls(),
      principal === undefined ? 0 : parts.countWaiting(),
    ])
    const frame: Frame = {
      assets,
      visitor: {
        signedIn,
        mayAct,
        ...(principal === undefined ? {} : { name: principal.name, role: principal.role }),
      },
      formToken,
      navigation: principal === undefined ? [] : entries(values.section, waiting),
    }
    const html = await parts.render(view, { ...frame, ...values })
    response.status(status).type('html').send(html)
  }
}

function entries(section: string | undefined, waiting: number): Frame['navigation'] {
  return navigation.map(entry => ({
    ...entry,
    isHere: entry.path === section,
    ...(entry.path === '/dashboard/parked' ? { badge: waitingLabel(waiting) } : {}),
  }))
}
