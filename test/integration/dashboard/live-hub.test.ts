import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { LiveHub, type Topic, versionOf } from '../../../src/dashboard/live-hub.ts'
import { eventually } from '../../support/eventually.ts'
import { eventsOf } from './visitor.ts'

/** Counts how often it was asked. */
function counter() {
  const counted = { asked: 0, render: async () => String(++counted.asked) }
  return counted
}

/** A hub over real HTTP: `/<topic>` listens to that topic. */
async function serve(topics: Record<string, Topic['render']>, errors: unknown[] = []) {
  const hub = new LiveHub({ onError: error => errors.push(error) })
  const web = express()
  web.get('/:name', (request, response) => {
    const { name } = request.params
    const forMs = Number(request.query['forMs'] ?? 60_000)
    const seen = request.query['seen'] === undefined ? undefined : String(request.query['seen'])
    hub.listen({ name, render: async () => topics[name]?.() }, response, { seen, forMs })
  })
  const server = createServer(web).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    hub.close()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    listen: async (path: string, signal?: AbortSignal) =>
      eventsOf(await fetch(`http://127.0.0.1:${port}${path}`, signal === undefined ? {} : { signal })),
  }
}

test('nobody listens, nobody asks', async () => {
  const [watchedTopic, leftTopic] = [counter(), counter()]
  const { listen } = await serve({ watched: watchedTopic.render, left: leftTopic.render })
  const leaving = new AbortController()
  const left = await listen('/left', leaving.signal)
  await left.next()
  leaving.abort()

  const watched = await listen('/watched')
  for await (const { data } of watched) if (Number(data) === 2) break
  const before = leftTopic.asked
  const again = await listen('/watched')
  for await (const { data } of again) if (Number(data) >= 4) break
  expect(leftTopic.asked).toBe(before)
})

test('listeners of one topic share its work, and it is asked about once a second', async () => {
  const topic = counter()
  const { listen } = await serve({ shared: topic.render })
  const startedAt = performance.now()
  const streams = await Promise.all(Array.from({ length: 5 }, () => listen('/shared')))
  await Promise.all(
    streams.map(async events => {
      for await (const { data } of events) if (Number(data) >= 3) return
    }),
  )
  expect(topic.asked).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - startedAt) / 1000))
})

test('what stays the same is not sent again; a failed look is told, and what comes after it is whole', async () => {
  const answers = ['one', 'one', new Error('away'), 'one']
  const errors: unknown[] = []
  const { listen } = await serve(
    {
      shaky: async () => {
        const answer = answers.length > 1 ? answers.shift() : answers[0]
        if (answer instanceof Error) throw answer
        return answer
      },
    },
    errors,
  )
  const events = await listen('/shaky')
  const seen = [await events.next(), await events.next(), await events.next()].map(({ value }) => value?.event)
  expect(seen).toEqual(['change', 'trouble', 'change'])
  expect(errors).toHaveLength(1)
})

test('a page that was just made is not set back to what others were sent before, nor to a look that was under way', async () => {
  let state = 'old'
  let asked = ''
  let underWay = Promise.resolve()
  const render = async () => {
    asked = state
    const seen = asked
    await underWay
    return seen
  }
  const { listen } = await serve({ topic: render })
  const first = await listen('/topic')
  expect((await first.next()).value?.data).toBe('old')

  state = 'new'
  const page = (await listen(`/topic?seen=${versionOf('new')}`)).next()
  expect((await first.next()).value?.data).toBe('new')
  state = 'newer'
  expect((await page).value?.data).toBe('newer')
  expect((await first.next()).value?.data).toBe('newer')

  const { promise, resolve } = Promise.withResolvers<void>()
  underWay = promise
  state = 'begun'
  await eventually(() => expect(asked).toBe('begun'))
  state = 'acted'
  const after = (await listen(`/topic?seen=${versionOf('acted')}`)).next()
  resolve()
  expect((await first.next()).value?.data).toBe('begun')
  state = 'last'
  expect((await after).value?.data).toBe('last')
})

test('a listener stays no longer than its session', async () => {
  const { listen } = await serve({ any: async () => 'text' })
  const events = await listen('/any?forMs=200')
  await eventually(async () => (await events.next()).done === true)
})
