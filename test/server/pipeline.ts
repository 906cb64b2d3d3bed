/** The product's own way through a change, driven by tests: connect, plan, approve, watch. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Action, Edit } from '../../src/shared/edit.ts'
import { effectiveChanges, type Plan } from '../../src/shared/plan.ts'
import { initialRunState, reduceRun, type RunEvent, type RunId, type RunState } from '../../src/shared/run.ts'
import type { SiteDraft } from '../../src/shared/spec.ts'
import type { Storage } from '../../src/shared/storage.ts'
import type { CompiledRun } from '../../src/main/compile/run.ts'
import type { Facts } from '../../src/main/facts/facts.ts'
import { loadResources, type Resources } from '../../src/main/resources.ts'
import { gather } from '../../src/main/server/gather.ts'
import { startRun, watchRun } from '../../src/main/server/runs.ts'
import { readStorage } from '../../src/main/server/storage.ts'
import { ServerDesk } from '../../src/main/server/server-desk.ts'
import { LiveSession } from '../../src/main/servers/live-session.ts'
import { connect } from '../../src/main/ssh/connect.ts'
import type { SocketSession } from '../../src/main/ssh/session.ts'
import { readFolder } from '../../src/main/upload/folder.ts'
import { sendFiles, type StoredUpload } from '../../src/main/upload/send-files.ts'
import type { UploadTarget } from '../../src/main/upload/store-archive.ts'
import type { TestServer } from '../testbed/index.ts'
import { withFolder } from './local-folder.ts'

/** Where to dial: the server itself, or a proxy on the way to it. */
export interface Way { readonly host: string; readonly port: number }
/** All that is needed to log in, as plain data. */
export interface LoginData extends Way { readonly privateKeyPath: string; readonly hostKeySha256: string }

export const resources: Resources = loadResources(new URL('../../resources', import.meta.url).pathname)

export interface Applied { readonly plan: Plan; readonly runId: RunId; readonly run: RunState }

/** One computer with Homeport, connected to one server. Two of them are two people at work. */
export class Pipeline {
  readonly line: LiveSession
  readonly desk: ServerDesk

  constructor(login: LoginData) {
    this.line = new LiveSession(() => logIn(login))
    this.desk = new ServerDesk({ session: this.session, resources, mailHosts: [] })
  }

  /** `way` leads to the server where it is not dialled directly. */
  static to(server: TestServer, way: Way = server): Pipeline {
    return new Pipeline({ host: way.host, port: way.port, privateKeyPath: server.privateKeyPath, hostKeySha256: server.hostKeySha256 })
  }

  session = (): Promise<SocketSession> => this.line.session()
  close(): void { this.line.close() }

  async facts(): Promise<Facts> { return await gather(await this.session(), resources, { updates: 'without' }) }

  /** Plans, approves, watches to the end. Throws with the output of the failing step unless the run succeeds. */
  async apply(edit: Edit): Promise<Applied> {
    const plan = await this.desk.plan(edit)
    return succeeded({ plan, ...(await this.follow(await this.desk.approve(plan.id))) })
  }

  async act(action: Action): Promise<RunState> {
    const run = (await this.follow(await this.desk.act(action))).run
    if (run.outcome !== 'succeeded') throw new Error(describeFailure(run))
    return run
  }

  async storage(): Promise<Storage> { return await readStorage(await this.session(), resources) }

  async start(run: CompiledRun): Promise<RunId> { return await startRun(await this.session(), run, resources) }

  async follow(runId: RunId): Promise<{ runId: RunId; run: RunState }> {
    return { runId, run: stateOf(await this.events(runId)) }
  }

  /** All events of a run until its end; `onEvent` sees each when it comes. */
  async events(runId: RunId, onEvent: (event: RunEvent) => void = () => {}): Promise<RunEvent[]> {
    const all: RunEvent[] = []
    const options = { session: this.session, runId, resources, signal: AbortSignal.timeout(600_000), pause: () => sleep(200) }
    for await (const events of watchRun(options)) {
      all.push(...events)
      for (const event of events) onEvent(event)
    }
    return all
  }

  /** What a set-up would still do, one line for each change: empty on a server that is as it should be. */
  async leftToDo(): Promise<string[]> {
    return describeChanges(await this.desk.plan({ kind: 'set-up' }))
  }

  async addSite(draft: Partial<SiteDraft> & Pick<SiteDraft, 'domain' | 'source'>): Promise<Applied> {
    return await this.apply({ kind: 'add-site', draft: { www: false, ...draft } })
  }

  /** Sends files given by path; folders come from the paths. */
  async send(files: Readonly<Record<string, string>>): Promise<StoredUpload> {
    return await withFolder(files, (folder) => sendFiles(this.target(), readFolder(folder)))
  }

  /** Where uploads go, over this pipeline's line. */
  target(more: Partial<UploadTarget> = {}): UploadTarget {
    return { session: this.session, resources, signal: AbortSignal.timeout(600_000), pause: (attempt) => sleep(Math.min(2000, 100 * 2 ** attempt)), onLine: () => {}, ...more }
  }

  async addUpload(domain: string, files: Readonly<Record<string, string>>): Promise<Applied> {
    const { release } = await this.send(files)
    return await this.addSite({ domain, source: { kind: 'upload', release } })
  }
}

export async function logIn(login: LoginData): Promise<SocketSession> {
  const { host, port, privateKeyPath, hostKeySha256 } = login
  const target = { host, port, user: 'root', auth: { kind: 'key-file', path: privateKeyPath } } as const
  const outcome = await connect({ target, secrets: {}, hostKeys: [], acceptHostKey: hostKeySha256 })
  if (outcome.kind !== 'connected') throw new Error(`not connected: ${outcome.kind}`)
  return outcome.session
}

export const stateOf = (events: readonly RunEvent[]): RunState => events.reduce(reduceRun, initialRunState)

/** For `events`: cuts a line at every so many new lines of output, and that many times at most. */
export function cutting(line: { cut(): void }, everyLines: number, times = Number.POSITIVE_INFINITY): (event: RunEvent) => void {
  let fresh = 0
  let cuts = 0
  return (event) => {
    if (event.kind === 'line') fresh = 0
    if (event.kind !== 'output' || ++fresh !== everyLines || cuts === times) return
    cuts++
    line.cut()
  }
}

/** What the run itself said, without what the watcher adds about its line. */
export const ofTheRun = (events: readonly RunEvent[]): RunEvent[] => events.filter((event) => event.kind !== 'line')

export function describeChanges(plan: Plan): string[] {
  return effectiveChanges(plan).map(({ verdict, id, reason }) => `${verdict} ${id}: ${reason}`)
}

function succeeded(applied: Applied): Applied {
  if (applied.run.outcome !== 'succeeded') throw new Error(describeFailure(applied.run))
  return applied
}

function describeFailure(run: RunState): string {
  const step = run.steps.find((one) => one.state === 'failed')
  return `"${run.title}" ${run.outcome} at "${step?.title ?? 'no step'}":\n${step?.output.join('\n') ?? ''}`
}

/** Waits until a program on the server's console listens on a TCP port. Throws after 20 seconds. */
export async function untilListens(server: TestServer, port: number): Promise<void> {
  await on(server, `timeout 20 bash -c 'until ss -Hltn "sport = :${port}" | grep -q .; do sleep 0.1; done'`)
}

/** What a command on the server's console printed. Throws where it fails. */
export async function on(server: TestServer, command: string, input?: string): Promise<string> {
  const result = await server.exec(command, input === undefined ? {} : { input })
  if (result.code !== 0) throw new Error(`exit code ${result.code} of ${command}: ${result.stderr}`)
  return result.stdout.trim()
}
