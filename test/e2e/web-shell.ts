import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const appDir = resolve(import.meta.dirname, '../..')
const program = join(appDir, 'out/main/web.js')
/** A name server that never answers: the tests leave this computer only for what they started. */
const nobody = '127.0.0.1:9'

/** The built web shell as a process of its own, on a home folder that nobody used before. */
export interface WebShell {
  /** Where it can be entered now; changes with every start. */
  readonly url: string
  /** What it has written down, as it lies there. */
  settings(): string
  /** Ends it without a word, as a crash or a flat battery would. */
  crash(): Promise<void>
  /** Starts it again, on the same settings and port. */
  startAgain(): Promise<void>
  /** Ends it and removes its folder. */
  close(): Promise<void>
}

/** `environment` is added to that of the tests. Throws where the app is not built. */
export async function startWebShell(environment: Readonly<Record<string, string>> = {}): Promise<WebShell> {
  if (!existsSync(program)) throw new Error('The app is not built yet: run `npm run build` first.')
  const home = mkdtempSync(join(tmpdir(), 'homeport-e2e-'))
  mkdirSync(join(home, '.ssh'), { mode: 0o700 })
  let running = await start(home, 0, environment)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (running.process.exitCode !== null || running.process.signalCode !== null) return
    const exited = once(running.process, 'exit')
    running.process.kill(signal)
    await exited
  }
  return {
    get url() { return running.url },
    settings: () => readFileSync(join(home, 'data', 'homeport.json'), 'utf8'),
    crash: () => end('SIGKILL'),
    startAgain: async () => { running = await start(home, Number(new URL(running.url).port), environment) },
    close: async () => {
      await end('SIGTERM')
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function start(home: string, port: number, environment: Readonly<Record<string, string>>): Promise<{ process: ChildProcess; url: string }> {
  const shell = spawn(process.execPath, [program, '--json', '--no-open', '--port', String(port), '--data-dir', join(home, 'data')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Its own home: the keys and settings of whoever runs the tests must not show up. No mail host: nothing outside is asked.
    env: { ...process.env, HOME: home, SSH_AUTH_SOCK: '', HOMEPORT_MAIL_HOSTS: '', HOMEPORT_RESOLVERS: nobody, ...environment },
  })
  const died = once(shell, 'exit').then(([code]) => { throw new Error(`The web shell ended with ${String(code)} before it gave its address.`) })
  died.catch(() => {})
  const [line] = await Promise.race([once(createInterface(shell.stdout as NodeJS.ReadableStream), 'line'), died]) as [string]
  return { process: shell, url: (JSON.parse(line) as { url: string }).url }
}
