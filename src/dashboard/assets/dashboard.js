// Makes a page nicer than it has to be: times in the reader's zone, and parts that change by themselves. Everything
// works without it.

const formats = {
  time: new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }),
  day: new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' }),
  exact: new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  moment: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' }),
}

const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone

function isToday(at) {
  return at.toDateString() === new Date().toDateString()
}

function lasting(at) {
  const seconds = Math.max(0, Math.floor((Date.now() - at.getTime()) / 1000))
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const padded = number => String(number).padStart(2, '0')
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(rest)}` : `${minutes}:${padded(rest)}`
}

const inWords = {
  short: at => (isToday(at) ? formats.time.format(at) : `${formats.day.format(at)}, ${formats.time.format(at)}`),
  exact: at => (isToday(at) ? formats.exact.format(at) : `${formats.day.format(at)}, ${formats.exact.format(at)}`),
  moment: at => formats.moment.format(at),
  lasting,
}

/** Shows instants in the reader's own zone; the one that was written stays as a tooltip. */
function localise(root) {
  for (const element of root.querySelectorAll('time[data-as]')) {
    const at = new Date(element.dateTime)
    if (Number.isNaN(at.getTime())) continue
    element.title = element.textContent
    element.textContent = inWords[element.dataset.as]?.(at) ?? element.textContent
  }
  // The lead's own time says nothing to whoever has the same.
  for (const element of root.querySelectorAll('[data-zone]')) element.hidden = element.dataset.zone === zone
}

function tick() {
  for (const element of document.querySelectorAll('time[data-as="lasting"]')) {
    element.textContent = lasting(new Date(element.dateTime))
  }
}

/** How long the status stays silent after it has spoken: it is read out. */
const SPEAK_EVERY_MS = 15_000
/** After a server that does not want us now. */
const ASK_AGAIN_MS = 30_000

/** Keeps one part of the page up to date. */
function follow(region) {
  const status = document.querySelector('[data-live-state]')
  const announcer = document.querySelector('[data-announcer]')
  const rows = new Map()
  let version = region.dataset.version
  let source
  let askAgain
  let spokenAt = 0
  let waiting

  const show = (state, text) => {
    if (status === null) return
    status.hidden = false
    status.dataset.liveState = state
    status.textContent = text
  }

  /** Rows by what they say, to tell which are new. Asked before times are put into words. */
  const readRows = () => {
    const changed = []
    for (const row of region.querySelectorAll('[data-key]')) {
      const { key } = row.dataset
      const says = row.textContent
      if (rows.get(key) !== says) changed.push(row)
      rows.set(key, says)
    }
    return changed
  }

  const speak = () => {
    const words = region.querySelector('[data-spoken]')?.dataset.spoken ?? ''
    const waitMs = spokenAt + SPEAK_EVERY_MS - Date.now()
    clearTimeout(waiting)
    if (announcer === null || announcer.textContent === words) return
    if (waitMs > 0) {
      waiting = setTimeout(speak, waitMs)
      return
    }
    spokenAt = Date.now()
    announcer.textContent = words
  }

  const showWaiting = () => {
    const waiting = region.querySelector('[data-waiting]')?.dataset.waiting
    const badge = document.querySelector('[data-badge]')
    if (waiting === undefined || badge === null) return
    badge.hidden = waiting === ''
    badge.firstElementChild.textContent = waiting
  }

  const replace = html => {
    const active = document.activeElement
    const link = region.contains(active) ? active.getAttribute('href') : null
    const place = link === null ? -1 : linksTo(region, link).indexOf(active)
    region.innerHTML = html
    for (const row of readRows()) row.classList.add('fresh')
    localise(region)
    showWaiting()
    if (link !== null) linksTo(region, link)[Math.max(place, 0)]?.focus({ preventScroll: true })
    if (rows.size > 0) document.querySelector('[data-until-first-row]')?.remove()
    speak()
  }

  /** Somebody who marks text to copy it must not lose it. */
  const isMarking = () => {
    const selection = document.getSelection()
    return selection !== null && !selection.isCollapsed && region.contains(selection.anchorNode)
  }
  /** What is pressed must still be there when it is let go, or nothing would be clicked. */
  let isPressed = false
  let kept
  const apply = html => {
    kept = html
    if (isMarking() || isPressed) return
    kept = undefined
    replace(html)
  }
  const applyKept = () => kept !== undefined && apply(kept)
  document.addEventListener('selectionchange', applyKept)
  region.addEventListener('pointerdown', () => {
    isPressed = true
  })
  for (const end of ['pointerup', 'pointercancel', 'dragend']) {
    document.addEventListener(end, () => {
      isPressed = false
      // The click comes right after this, and is to find what was pressed.
      setTimeout(applyKept)
    })
  }

  const close = () => {
    clearTimeout(askAgain)
    source?.close()
    source = undefined
  }
  const open = () => {
    close()
    const url = new URL(region.dataset.live, location.href)
    url.searchParams.set('seen', version)
    source = new EventSource(url)
    source.addEventListener('open', () => show('live', 'Live'))
    source.addEventListener('change', event => {
      show('live', 'Live')
      version = event.lastEventId
      apply(event.data)
    })
    source.addEventListener('trouble', () => show('stale', 'Not up to date: the service cannot read its records'))
    source.addEventListener('error', () => {
      const isOver = source?.readyState === EventSource.CLOSED
      show('stale', isOver ? 'Not live: load the page again' : 'Connecting again')
      if (isOver) askAgain = setTimeout(open, ASK_AGAIN_MS)
    })
  }

  readRows()
  // A browser keeps only a few connections to one host: pages that nobody sees need none.
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()))
  addEventListener('pagehide', close)
  addEventListener('pageshow', event => event.persisted && open())
  if (!document.hidden) open()
}

function linksTo(region, href) {
  return [...region.querySelectorAll('a[href]')].filter(link => link.getAttribute('href') === href)
}

/** A choice takes effect at once. */
function submitOnChoice(form) {
  for (const select of form.querySelectorAll('select')) select.addEventListener('change', () => form.requestSubmit())
}

const region = document.querySelector('[data-live]')
if (region !== null) follow(region)
for (const form of document.querySelectorAll('[data-filter]')) submitOnChoice(form)
localise(document)
setInterval(tick, 1000)
