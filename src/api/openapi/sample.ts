import type { Operation } from './operation.ts'
import { samplePath } from './path-parts.ts'

/** How a call is typed in a terminal, a line for each part. */
export function curlOf({ method, path, role, query, body, example = {} }: Operation): string {
  const asked = new URLSearchParams(query === undefined ? {} : example.query).toString()
  const address = `$AFTERCALL_URL${samplePath(path)}${asked === '' ? '' : `?${asked}`}`
  const given = bodyOf(example.body)
  const [type] = Object.keys(body?.content ?? {})
  return [
    `curl -s ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}"${address}"`,
    ...(role === 'anyone' ? [] : ['-H "Authorization: Bearer $AFTERCALL_API_KEY"']),
    ...(given === undefined || type === undefined ? [] : [`-H 'Content-Type: ${type}'`]),
    ...Object.entries(example.headers ?? {}).map(([name, value]) => `-H '${name}: ${value}'`),
    ...(given === undefined ? [] : [given]),
  ].join(' \\\n  ')
}

/** A file is sent as it is; anything else as JSON. */
function bodyOf(body: unknown): string | undefined {
  if (body === undefined) return undefined
  return typeof body === 'string' ? `--data-binary ${body}` : `-d '${JSON.stringify(body)}'`
}
