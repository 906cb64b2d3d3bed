/**
 * The test bed for other programs: `up`, `down` and `status`, each with `--name NAME`.
 * Says what happens as one JSON object per line (NDJSON) on standard output.
 */
import { parseArgs } from 'node:util'
import { findContainer } from './container.ts'
import { isEngineAnswering } from './engine.ts'
import { DEFAULT_NAME, dropServer, keepServer } from './kept-server.ts'

type Line =
  | { readonly type: 'progress'; readonly message: string }
  | { readonly type: 'ready'; readonly name: string; readonly host: string; readonly port: number; readonly user: string; readonly privateKeyPath: string; readonly hostKeySha256: string }
  | { readonly type: 'down'; readonly name: string; readonly existed: boolean }
  | { readonly type: 'status'; readonly name: string; readonly state: 'running' | 'off' | 'absent' }
  | { readonly type: 'error'; readonly message: string }

const USAGE = 'usage: node test/testbed/cli.ts up|down|status [--name NAME]'
/** What both a container and a hostname may be called. */
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/

function say(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function up(name: string): Promise<void> {
  const server = await keepServer(name, (message) => say({ type: 'progress', message }))
  const { host, port, user, privateKeyPath, hostKeySha256 } = server
  say({ type: 'ready', name, host, port, user, privateKeyPath, hostKeySha256 })
}

async function down(name: string): Promise<void> {
  say({ type: 'down', name, existed: await dropServer(name) })
}

async function status(name: string): Promise<void> {
  const found = (await isEngineAnswering()) ? await findContainer(name) : undefined
  say({ type: 'status', name, state: found ? (found.isRunning ? 'running' : 'off') : 'absent' })
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { name: { type: 'string', default: DEFAULT_NAME } },
  })
  if (!NAME.test(values.name)) throw new Error(`not a name for a server: ${values.name}`)
  const command = new Map([['up', up], ['down', down], ['status', status]]).get(positionals[0] ?? '')
  if (!command || positionals.length !== 1) throw new Error(USAGE)
  await command(values.name)
}

try {
  await main()
} catch (error) {
  say({ type: 'error', message: error instanceof Error ? error.message : String(error) })
  process.exitCode = 1
}
