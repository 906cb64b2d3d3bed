/** One test server at a distance, and what the desktop does with it. */
import { request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Edit } from '../../src/shared/edit.ts'
import { initialRunState, reduceRun } from '../../src/shared/run.ts'
import { loadResources, type Resources } from '../../src/main/resources.ts'
import { gather } from '../../src/main/server/gather.ts'
import { preparePlan } from '../../src/main/server/planning.ts'
import { startRun, watchRun } from '../../src/main/server/runs.ts'
import { ServerDesk } from '../../src/main/server/server-desk.ts'
import type { CompiledRun } from '../../src/main/compile/run.ts'
import { connect } from '../../src/main/ssh/connect.ts'
import type { SocketSession } from '../../src/main/ssh/session.ts'
import { execute, type CommandResult } from '../testbed/command.ts'
import { startServer, type TestServer } from '../testbed/index.ts'
import { startDistance, type Distance } from './distance.ts'

export const resources: Resources = loadResources(new URL('../../resources', import.meta.url).pathname)

export interface Place {
  readonly server: TestServer
  readonly distance: Distance
  /** A new connection of the desktop over the distance. */
  connect(): Promise<SocketSession>
  /** The system's own ssh client, connecting anew; throws where the command fails. */
  ssh(command: readonly string[], input?: string | Buffer): Promise<CommandResult>
  /** Until a site answers 200 over HTTPS; gives the requests that took. */
  untilServed(domain: string): Promise<number>
  stop(): Promise<void>
}

const standing = new Set<Place>()

/** Whatever was started and not stopped yet, when the benchmark ends early. */
export async function stopAllPlaces(): Promise<void> {
  await Promise.allSettled([...standing].map((place) => place.stop()))
}

export async function startPlace(): Promise<Place> {
  const server = await startServer()
  const distance = await startDistance(server).catch(async (error: unknown) => {
    await server.stop()
    throw error
  })
  const target = { host: distance.host, port: distance.sshPort, user: server.user, auth: { kind: 'key-file', path: server.privateKeyPath } } as const
  const place: Place = {
    server, distance,
    async connect() {
      const outcome = await connect({ target, secrets: {}, hostKeys: [], acceptHostKey: server.hostKeySha256 })
      if (outcome.kind !== 'connected') throw new Error(`connecting came to ${outcome.kind}`)
      return outcome.session
    },
    async ssh(command, input) {
      const result = await execute('ssh', [...sshOptions, '-p', String(distance.sshPort), '-i', server.privateKeyPath, `${server.user}@${distance.host}`, ...command], input === undefined ? {} : { input })
      if (result.code !== 0) throw new Error(`ssh ${command.join(' ')} ended with ${result.code}: ${result.stdout.slice(-1500)}${result.stderr.slice(-1500)}`)
      return result
    },
    untilServed: (domain) => untilServed(distance, domain),
    async stop() {
      if (!standing.delete(place)) return
      await distance.stop()
      await server.stop()
    },
  }
  standing.add(place)
  return place
}

/** Host keys of throwaway servers are of no interest to the machine's own list. */
const sshOptions = ['-F', 'none', '-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR']

/** Plan, approve and watch, as the window does it. Throws where there is nothing to do and where the run did not succeed. */
export async function applyEdit(session: SocketSession, edit: Edit): Promise<void> {
  const desk = new ServerDesk({ session: async () => session, resources, mailHosts: [] })
  const plan = await desk.plan(edit)
  if (plan.isEmpty) throw new Error(`The plan "${plan.title}" is empty: there is nothing to measure.`)
  await followRun(session, await desk.approve(plan.id))
}

/** Starts a compiled run and waits for its end. */
export async function applyRun(session: SocketSession, run: CompiledRun): Promise<void> {
  await followRun(session, await startRun(session, run, resources))
}

export async function followRun(session: SocketSession, runId: string): Promise<void> {
  let state = initialRunState
  for await (const events of watchRun({ session: async () => session, runId, resources, signal: new AbortController().signal, pause: () => sleep(200) })) {
    for (const event of events) state = reduceRun(state, event)
  }
  if (state.outcome === 'succeeded') return
  const failed = state.steps.find((step) => step.state === 'failed')
  throw new Error(`The run "${state.title}" ended as ${state.outcome}: ${failed?.title ?? ''}\n${failed?.output.join('\n') ?? ''}`)
}

/** The changes that would bring a server to its own spec: empty where it is as it should be. */
export async function secondPlan(session: SocketSession): Promise<string[]> {
  const { plan } = preparePlan(await gather(session, resources), { kind: 'set-up' }, resources)
  return plan.changes.filter((change) => change.verdict !== 'noop').map((change) => `${change.id}: ${change.reason}`)
}

async function untilServed(distance: Distance, domain: string): Promise<number> {
  const deadline = performance.now() + 30_000
  for (let requests = 1; ; requests++) {
    const status = await askOnce(distance, domain)
    if (status === 200) return requests
    if (performance.now() > deadline) throw new Error(`https://${domain}/ does not answer 200 but ${status}`)
    await sleep(50)
  }
}

function askOnce(distance: Distance, domain: string): Promise<number | string> {
  return new Promise((resolve) => {
    // The certificate is self-signed at first.
    const question = request({ host: distance.host, port: distance.httpsPort, servername: domain, headers: { host: domain }, rejectUnauthorized: false, agent: false, timeout: 10_000 }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    question.on('timeout', () => question.destroy(new Error('timeout')))
    question.on('error', (error) => resolve(error.message))
    question.end()
  })
}
