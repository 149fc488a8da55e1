// Sends a list as it is: first to be checked, then, when somebody says so, to be imported. A form could not:
// the file is as large as it is, and the service reads it row by row while it comes in.

const form = document.querySelector('[data-upload]')
const [input] = form?.querySelectorAll('input[type="file"]') ?? []
const report = document.querySelector('[data-upload-report]')
const status = document.querySelector('[data-upload-status]')
const state = document.querySelector('[data-upload-state]')
const words = document.querySelector('[data-upload-words]')
const stop = document.querySelector('[data-stop]')

/** So much of a file tells whether it is text. */
const HEAD_BYTES = 65_536

const megabytes = bytes => `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`

/** No text holds a zero byte. Of such a file the beginning is enough for the service to say what it is. */
async function sendable(file) {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
  return head.includes(0) ? file.slice(0, HEAD_BYTES) : file
}

/** What the service makes of a file by its name; anything else is taken for CSV, and told apart by its content. */
function typeOf(name) {
  return /\.(?:ndjson|jsonl)$/i.test(name) ? 'application/x-ndjson' : 'text/csv'
}

const cut = {
  check:
    'The connection was cut, or the file was changed or moved since it was chosen. Nothing was imported. Choose the file again.',
  import:
    'The connection was cut, or the file was changed since it was checked. Some rows may have been imported: check the file again, and those that are in are counted as duplicates.',
}
const refused = {
  401: 'Your session has ended. Load this page again, sign in, and repeat.',
  403: 'This page is out of date, or your key may only read. Load the page again and repeat.',
  404: 'There is no such page any more.',
  503: 'The service cannot reach its records now. Try again in a moment.',
}

let underWay

function show(html) {
  report.innerHTML = html
  const title = report.querySelector('[data-report-title]')
  status.textContent = title?.textContent ?? ''
  title?.focus()
}

function complain(text) {
  const card = document.createElement('p')
  card.className = 'risk upload-fault'
  card.setAttribute('role', 'alert')
  card.textContent = text
  report.replaceChildren(card)
}

function setBusy(isBusy) {
  for (const control of form.elements) control.disabled = isBusy
  for (const button of report.querySelectorAll('button')) button.disabled = isBusy
  stop.hidden = !isBusy
  stop.disabled = !isBusy
  state.hidden = !isBusy
}

/** Leaving the page cuts an import off half-way. */
const warn = event => event.preventDefault()

async function send(isDryRun) {
  const [file] = input.files
  if (file === undefined || underWay !== undefined) return
  const step = isDryRun ? 'check' : 'import'
  const url = new URL(form.dataset.upload, location.href)
  if (isDryRun) url.searchParams.set('dryRun', 'true')
  if (form.elements.createLeads?.checked) url.searchParams.set('createLeads', 'true')
  const bar = state.querySelector('progress')
  bar.value = 0
  words.textContent = 'Beginning'
  status.textContent = isDryRun ? 'The file is being checked.' : 'The list is being imported.'

  const request = new XMLHttpRequest()
  underWay = request
  setBusy(true)
  if (!isDryRun) addEventListener('beforeunload', warn)
  const end = () => {
    removeEventListener('beforeunload', warn)
    underWay = undefined
    setBusy(false)
  }
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    bar.value = total === 0 ? 1 : loaded / total
    const isSent = loaded === total
    words.textContent = isSent
      ? `All ${megabytes(total)} are sent; the last rows are looked at`
      : `${megabytes(loaded)} of ${megabytes(total)}`
  })
  request.addEventListener('load', () => {
    end()
    if (request.getResponseHeader('X-Report') !== null) show(request.responseText)
    else complain(refused[request.status] ?? `The service answered ${request.status}. Its log says more.`)
  })
  request.addEventListener('error', () => {
    end()
    complain(cut[step])
  })
  request.addEventListener('abort', () => {
    end()
    complain(isDryRun ? 'Stopped. Nothing was imported.' : cut.import)
  })
  try {
    const body = await sendable(file)
    request.open('POST', url)
    request.setRequestHeader('Content-Type', typeOf(file.name))
    request.setRequestHeader('X-Form-Token', form.dataset.token)
    request.send(body)
  } catch {
    end()
    complain(cut.check)
  }
}

if (form !== null) {
  form.hidden = false
  document.querySelector('[data-without-scripts]')?.remove()
  form.addEventListener('submit', event => {
    event.preventDefault()
    send(true)
  })
  stop.addEventListener('click', () => underWay?.abort())
  // Another file, or another way to read it, is another question.
  form.addEventListener('change', () => report.replaceChildren())
  report.addEventListener('click', event => {
    if (event.target.closest('[data-import]') !== null) send(false)
  })
}
