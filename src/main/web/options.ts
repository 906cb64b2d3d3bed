import { parseArgs } from 'node:util'

export interface WebOptions {
  /** Null or 0: a free one, another one each time. */
  readonly port: number | null
  /** Null: where the system keeps settings. */
  readonly dataDir: string | null
  readonly openBrowser: boolean
  /** Prints one line of JSON with the address, for scripts. */
  readonly json: boolean
  readonly help: boolean
}

export const usage = `Homeport in a browser on this computer.

  --port N        listen on this port (0: any free one)
  --data-dir DIR  keep settings in this folder
  --no-open       do not open the browser
  --json          print the address as one line of JSON: {"url": "..."}
  --help          print this
`

/** Throws an Error with words for the person where the arguments make no sense. */
export function parseOptions(args: readonly string[]): WebOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string' }, 'data-dir': { type: 'string' }, 'no-open': { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  const json = values.json ?? false
  return {
    port: values.port === undefined ? null : parsePort(values.port),
    dataDir: values['data-dir'] ?? null,
    openBrowser: !json && !(values['no-open'] ?? false),
    json,
    help: values.help ?? false,
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port
  throw new Error(`--port ${text}: a port is a number from 0 to 65535.`)
}
