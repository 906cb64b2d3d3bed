/**
 * `npm run demo`: boots the throwaway server on this computer, sets it up for real, publishes two sites, fetches both
 * over HTTPS, and opens the app on it. `-- --no-open` ends after the result; `-- --down` removes the server.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join, resolve } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import Conf from 'conf'
import { openSettingsAt } from '../src/main/bridge/settings-file.ts'
import { openKnownServers } from '../src/main/store/known-servers.ts'
import { createServices } from '../src/main/services.ts'
import { stopThrowaway } from '../src/main/try/throwaway.ts'
import { readFolder } from '../src/main/upload/folder.ts'
import { defaultDataDir } from '../src/main/web/data-dir.ts'
import type { Client } from '../src/shared/client.ts'
import type { KnownServer } from '../src/shared/connection.ts'
import type { Edit } from '../src/shared/edit.ts'
import { HomeportError } from '../src/shared/errors.ts'
import { effectiveChanges } from '../src/shared/plan.ts'
import { initialRunState, reduceRun } from '../src/shared/run.ts'
import type { SiteDraft } from '../src/shared/spec.ts'
import type { ServerStatus } from '../src/shared/status.ts'
import { startGitServer } from '../test/testbed/index.ts'
import { follow, localClient } from './local-client.ts'

const appDir = resolve(import.meta.dirname, '..')
const gitDomain = 'hello.homeport.test'
const folderDomain = 'folder.homeport.test'

const { values: options } = parseArgs({
  options: { 'no-open': { type: 'boolean', default: false }, down: { type: 'boolean', default: false }, 'data-dir': { type: 'string' } },
})
const dataDir = options['data-dir'] ?? defaultDataDir()

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const heading = (text: string): void => say(`\n${styleText('bold', text)}`)

async function main(): Promise<number> {
  const conf = openSettingsAt(join(dataDir, 'homeport.json'), () =>
    new Conf<Record<string, unknown>>({ cwd: dataDir, configName: 'homeport', configFileMode: 0o600, projectName: 'homeport', projectVersion: '0.0.0' }))
  if (options.down) {
    await stopThrowaway(appDir)
    const known = openKnownServers(conf, say)
    for (const server of known.list().filter((one) => one.isThrowaway)) known.remove(server.id)
    say('The test server is removed.')
    return 0
  }
  // Nothing outside this computer is asked: the test server has no mail to send.
  const services = createServices({ shell: 'web', version: readVersion(), conf, secretBox: null, resourcesDir: join(appDir, 'resources'), appDir, mailHosts: [] })
  const git = await startGitServer()
  try {
    const server = await publish(localClient(services.handlers), git)
    if (options['no-open']) return 0
    await services.close()
    return await openApp(server)
  } finally {
    await services.close()
    await git.stop()
  }
}

async function publish(client: Client, git: Awaited<ReturnType<typeof startGitServer>>): Promise<KnownServer> {
  const startedAt = performance.now()
  heading('1. A server')
  const server = await bootServer(client)
  say(`   ${server.target.user}@${server.target.host}, a Debian with systemd, ssh and nothing else`)

  heading('2. Set it up')
  const preflight = await client.call('server.preflight', { serverId: server.id })
  for (const check of preflight.checks) say(`   ${mark(check.state)} ${check.title}: ${check.found}`)
  await apply(client, server, { kind: 'set-up' })

  heading('3. A site from a git repository')
  await git.createRepo('hello', { 'index.html': '<!doctype html><html lang="en"><title>Hello</title><h1>Hello from git</h1>\n' })
  await putSite(client, server, { domain: gitDomain, www: true, source: { kind: 'git', url: git.url('hello'), branch: 'main', intervalMinutes: 10, plainHttp: true } })

  heading('4. A site from a folder')
  const release = await sendFolder(client, server, join(appDir, 'scripts', 'demo-site'))
  await putSite(client, server, { domain: folderDomain, www: false, source: { kind: 'upload', release } })

  heading('5. Fetched over HTTPS')
  await fetchSite(server, gitDomain, 'Hello from git')
  await fetchSite(server, folderDomain, 'Hello from a folder')
  const { isEmpty } = await client.call('server.plan', { serverId: server.id, edit: { kind: 'set-up' } })
  if (!isEmpty) throw new Error('A second plan finds something left to do.')
  say(`   ${mark('fine')} a second plan finds nothing left to do`)
  heading(`Done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`)
  return server
}

async function bootServer(client: Client): Promise<KnownServer> {
  let server: KnownServer | null = null
  await follow(client, 'try.start', undefined, (event) => {
    if (event.kind === 'ready') server = event.server
    else say(`   ${event.message}`)
  })
  if (server === null) throw new Error('The test server did not come up.')
  return server
}

/** Adds the site, or brings it up to date where an earlier demo added it. */
async function putSite(client: Client, server: KnownServer, draft: SiteDraft): Promise<void> {
  const status = await readStatus(client, server)
  const isThere = status.sites.some(({ site }) => site.id === draft.domain)
  await apply(client, server, isThere ? { kind: 'change-site', siteId: draft.domain, draft } : { kind: 'add-site', draft })
}

function readStatus(client: Client, server: KnownServer): Promise<ServerStatus> {
  return new Promise((resolve, reject) => {
    const live = client.open('server.live', { serverId: server.id }, {
      onEvent: (event) => { if (event.kind === 'status') { live.close(); resolve(event.status) } },
      onEnd: (error) => reject(error ?? new Error('The server told nothing.')),
    })
  })
}

async function apply(client: Client, server: KnownServer, edit: Edit): Promise<void> {
  const plan = await client.call('server.plan', { serverId: server.id, edit })
  if (plan.isEmpty) return say(`   ${mark('fine')} ${plan.title}: nothing to do`)
  say(`   ${plan.title}: ${effectiveChanges(plan).length} changes`)
  const { runId } = await client.call('server.approve', { serverId: server.id, planId: plan.id })
  let state = initialRunState
  await follow(client, 'run.watch', { serverId: server.id, runId }, (events) => {
    for (const event of events) {
      state = reduceRun(state, event)
      if (event.kind !== 'step-ended') continue
      const step = state.steps[event.step]
      say(`   ${mark(event.exitCode === 0 ? 'fine' : 'blocker')} ${step?.title ?? ''} ${styleText('dim', `${(((step?.endedAt ?? 0) - (step?.startedAt ?? 0)) / 1000).toFixed(1)} s`)}`)
    }
  })
  if (state.outcome === 'succeeded') return
  const failed = state.steps.find((step) => step.state === 'failed')
  throw new Error(`${plan.title}: ${state.outcome}${failed === undefined ? '' : ` at "${failed.title}":\n${failed.output.join('\n')}`}`)
}

/** Sends a folder the way the window does: file headers and chunks, as far as there is credit. */
async function sendFolder(client: Client, server: KnownServer, folder: string): Promise<string> {
  let credit = 0
  let wake: () => void = () => {}
  const stored = Promise.withResolvers<string>()
  stored.promise.catch(() => {})
  const upload = client.open('upload.send', { serverId: server.id, shape: 'folder', name: folder }, {
    onEvent: (event) => {
      if (event.kind === 'credit') { credit += event.messages; wake() }
      if (event.kind === 'stored') { say(`   ${mark('fine')} ${event.files} files sent`); stored.resolve(event.release) }
    },
    onEnd: (error) => { if (error !== null) stored.reject(error) },
  })
  const send = async (message: Parameters<typeof upload.send>[0]): Promise<void> => {
    while (credit === 0) await new Promise<void>((go) => { wake = go })
    credit--
    upload.send(message)
  }
  for await (const file of readFolder(folder)) {
    await send({ kind: 'file', path: file.path, sizeBytes: file.sizeBytes })
    for await (const chunk of file.content) await send({ kind: 'chunk', data: Buffer.from(chunk).toString('base64') })
  }
  upload.send({ kind: 'end' })
  return await stored.promise
}

function fetchSite(server: KnownServer, domain: string, expected: string): Promise<void> {
  return new Promise((done, fail) => {
    const startedAt = performance.now()
    // The name does not exist outside this demo, so the server's own address is used; the certificate is self-signed.
    const get = request({ host: server.target.host, servername: domain, path: '/', headers: { host: domain }, rejectUnauthorized: false, agent: false, timeout: 10_000 }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => { body += text }).on('end', () => {
        if (response.statusCode !== 200 || !body.includes(expected)) return fail(new Error(`https://${domain}/ answered ${response.statusCode} without "${expected}".`))
        say(`   ${mark('fine')} https://${domain}/ ${response.statusCode}, "${expected}", ${Math.round(performance.now() - startedAt)} ms`)
        done()
      })
    })
    get.on('timeout', () => get.destroy(new Error(`https://${domain}/ does not answer.`)))
    get.on('error', fail)
    get.end()
  })
}

/** The app, on this server; this process stays for the git server, so that pulls keep working meanwhile. */
function openApp(server: KnownServer): Promise<number> {
  const child = spawn(process.execPath, [join(appDir, 'scripts', 'start.ts'), ...(options['data-dir'] === undefined ? [] : ['--data-dir', options['data-dir']])], {
    stdio: 'inherit', env: { ...process.env, HOMEPORT_OPEN_SERVER: server.id, HOMEPORT_MAIL_HOSTS: '' },
  })
  return new Promise((done, fail) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal))
    child.once('error', fail)
    child.once('exit', (code) => done(code ?? 0))
  })
}

function mark(state: 'fine' | 'warning' | 'blocker'): string {
  return state === 'fine' ? styleText('green', '✓') : state === 'warning' ? styleText('yellow', '!') : styleText('red', '✗')
}

function readVersion(): string {
  return (JSON.parse(readFileSync(join(appDir, 'package.json'), 'utf8')) as { version: string }).version
}

process.exitCode = await main().catch((error: unknown) => {
  const lines = error instanceof HomeportError ? [error.message, error.hint, error.detail ?? ''] : [error instanceof Error ? error.message : String(error)]
  process.stderr.write(`\n${styleText('red', 'The demo failed.')} ${lines.filter((line) => line !== '').join('\n')}\n`)
  return 1
})
process.exit()
