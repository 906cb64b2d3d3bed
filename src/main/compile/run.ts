import type { Pack } from 'tar-stream'
import { pack } from 'tar-stream'
import { createGzip } from 'node:zlib'
import type { Facts } from '../facts/facts.ts'
import type { PlanResult } from '../plan/plan.ts'
import type { Gone } from '../plan/planned-change.ts'
import { ownedPath } from '../facts/spec.ts'
import { ownedMeanwhile, ownedText } from '../plan/record.ts'
import { sha256 } from '../render/hash.ts'
import type { Resources } from '../resources.ts'
import { changeScript } from './change-script.ts'
import { commandLine } from './quote.ts'

export interface RunStepScript { readonly id: string; readonly title: string; readonly script: string }
/** All that a run consists of: text only, so that it can be read before and after. */
export interface CompiledRun {
  readonly title: string
  readonly steps: readonly RunStepScript[]
  readonly files: ReadonlyMap<string, string>
}

/** One step for each change that does something, after one that notes what will be owned. */
export function compilePlan(title: string, plan: PlanResult, facts: Facts): CompiledRun {
  const files = new Map<string, string>()
  const meanwhile = ownedText(ownedMeanwhile(plan.owned, facts.owned))
  const steps: RunStepScript[] = []
  if (facts.owned === null || ownedText(facts.owned) !== meanwhile) {
    const name = sha256(meanwhile).slice(0, 16)
    files.set(name, meanwhile)
    steps.push({ id: 'record/meanwhile', title: 'Note what is going to be put here', script: commandLine('put', name, ownedPath, '0600', 'root:root') })
  }
  const kept = plan.changes.filter((change) => change.verdict === 'delete' && change.data === 'archive').flatMap(({ gone }) => (gone === null || gone.kind === 'secret' ? [] : gone))
  if (kept.length > 0) steps.unshift(roomFor(kept))
  for (const change of plan.changes) {
    if (change.verdict === 'noop') continue
    const compiled = changeScript(change, facts)
    for (const [name, content] of compiled.files) files.set(name, content)
    steps.push({ id: change.id, title: stepTitle(change.verdict, change.title), script: compiled.script })
  }
  return { title, steps: writeTogether(pullTogether(steps)), files }
}

/** Before anything goes: where there is no room to keep files or mail, all is there as it was, and may be removed without them. */
function roomFor(kept: readonly Gone[]): RunStepScript {
  const checks = kept.map(({ kind, name }) => (kind === 'mail-data' ? 'room_for_mail' : commandLine('room_for_archive', name)))
  return { id: 'record/room', title: 'Look whether there is room for what is kept', script: checks.join('\n') }
}

/** Neighbouring pulls become one step in which they run side by side: each waits for the network, not for the server. */
function pullTogether(steps: readonly RunStepScript[]): RunStepScript[] {
  const isPull = (step: RunStepScript): boolean => step.script.startsWith('with_room docker pull ')
  const first = steps.findIndex(isPull)
  const pulls = steps.filter(isPull)
  if (pulls.length < 2) return [...steps]
  const together: RunStepScript = {
    id: pulls.map(({ id }) => id).join(' '), title: pulls.map(({ title }) => title).join(', '),
    script: ['pulls=()', ...pulls.map(({ script }) => `${script} & pulls+=($!)`), 'for pull in "${pulls[@]}"; do wait "$pull"; done'].join('\n'),
  }
  return steps.flatMap((step, index) => (index === first ? [together] : isPull(step) ? [] : [step]))
}

/** Neighbouring files become one step: the disk is waited for once, and not for each of them. */
function writeTogether(steps: readonly RunStepScript[]): RunStepScript[] {
  const together: RunStepScript[] = []
  let files: RunStepScript[] = []
  const flush = (): void => {
    const [first, second] = files
    if (first !== undefined) together.push(second === undefined ? first : writeAll(files))
    files = []
  }
  for (const step of steps) {
    if (isPut(step)) {
      files.push(step)
      continue
    }
    flush()
    together.push(step)
  }
  flush()
  return together
}

function isPut({ id, script }: RunStepScript): boolean {
  return id.startsWith('file/') && script.startsWith('put ') && !script.includes('\n')
}

function writeAll(files: readonly RunStepScript[]): RunStepScript {
  return {
    id: files.map(({ id }) => id).join(' '),
    title: files.length < 4 ? files.map(({ title }) => title).join(', ') : `Write ${files.length} files`,
    script: ['put_all', ...files.map(({ script }) => script.slice('put '.length))].join(' \\\n  '),
  }
}

const removing = 'Remove: '

function stepTitle(verdict: string, title: string): string {
  return verdict === 'delete' ? `${removing}${title}` : title
}

/** Whether a step is the last one of a run that takes Homeport off a server; after it the run's own log goes. */
export function isLeavingStep(step: { readonly id: string; readonly title: string }): boolean {
  return step.id === 'record/owned' && step.title.startsWith(removing)
}

/** The functions that steps use. */
export function runLibrary(resources: Resources): string {
  return ['lib/room', 'run/lib'].map((name) => resources.text(name)).join('\n')
}

/** The run as the tar.gz that `start-run` unpacks. `owner` says who started it, for people at other computers. */
export async function packRun(run: CompiledRun, runId: string, owner: string, resources: Resources): Promise<Buffer> {
  const archive: Pack = pack()
  const started = JSON.stringify({ kind: 'started', runId, title: run.title, owner, steps: run.steps.map(({ id, title }) => ({ id, title })) })
  archive.entry({ name: 'runner', mode: 0o700 }, resources.text('run/runner'))
  // A server that is being set up has no scripts of its own yet.
  archive.entry({ name: 'lib' }, runLibrary(resources))
  // The fields without their braces: the runner puts the time before them.
  archive.entry({ name: 'started' }, started.slice(1, -1))
  const digits = String(run.steps.length).length
  for (const [index, step] of run.steps.entries()) {
    archive.entry({ name: `steps/${String(index).padStart(digits, '0')}` }, `# ${step.title.replaceAll('\n', ' ')}\n${step.script}\n`)
  }
  for (const [name, content] of run.files) archive.entry({ name: `files/${name}` }, content)
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive.pipe(createGzip())) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
