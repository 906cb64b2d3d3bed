import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { packRun } from '../../src/main/compile/run.ts'
import { loadResources } from '../../src/main/resources.ts'
import { createRunLogParser } from '../../src/main/server/run-log.ts'
import { initialRunState, reduceRun, type RunEvent, type RunState } from '../../src/shared/run.ts'

const resources = loadResources(join(import.meta.dirname, '../../resources'))
const runId = '20260101000000-0123abcd'
let runs = ''
beforeEach(() => { runs = join(mkdtempSync(join(tmpdir(), 'homeport-run-')), 'runs') })
afterEach(() => rmSync(join(runs, '..'), { recursive: true, force: true }))

interface Played { readonly events: RunEvent[]; readonly state: RunState; readonly exitCode: number | null }

/** Packs steps as the app does, unpacks them as the server does, and runs them here, as the user who tests. */
async function play(scripts: readonly string[], meanwhile: (folder: string) => void = () => {}, title = 'Test'): Promise<Played> {
  const folder = join(runs, runId)
  mkdirSync(folder, { recursive: true })
  const steps = scripts.map((script, index) => ({ id: `test/${index}`, title: `Step ${index}`, script }))
  execFileSync('tar', ['-xz', '-C', folder], { input: await packRun({ title, steps, files: new Map([['greeting', 'hello\n']]) }, runId, 'me@home', resources) })
  const run = spawn('bash', [join(folder, 'runner')], { stdio: 'ignore' })
  meanwhile(folder)
  const exitCode = await new Promise<number | null>((resolve) => { run.on('close', resolve) })
  const parse = createRunLogParser()
  const lines = readFileSync(join(folder, 'log'), 'utf8').split('\n')
  expect(lines.pop()).toBe('')
  const events = lines.map(parse)
  expect(events).not.toContain(null)
  return { events: events.filter((event) => event !== null), state: events.reduce((state, event) => (event === null ? state : reduceRun(state, event)), initialRunState), exitCode }
}
const output = (played: Played, step: number): readonly string[] => played.state.steps[step]?.output ?? []

it('runs steps in their order and says so in its log', async () => {
  const played = await play(['echo one; echo two >&2', 'cat files/greeting', 'true'], undefined, 'Add “example.org” \\ "quoted"')
  expect(played.exitCode).toBe(0)
  expect(played.events.map((event) => event.kind)).toEqual(['started', 'step-started', 'output', 'output', 'step-ended', 'step-started', 'output', 'step-ended', 'step-started', 'step-ended', 'ended'])
  expect(played.state).toMatchObject({ runId, title: 'Add “example.org” \\ "quoted"', owner: 'me@home', outcome: 'succeeded' })
  expect(output(played, 0).toSorted()).toEqual(['one', 'two'])
  expect(output(played, 1)).toEqual(['hello'])
  const times = played.events.flatMap((event) => ('at' in event ? [event.at] : []))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(60_000)
})

it.each([['exit 7', 7], ['false\necho never', 1], ['false | true\necho never', 1], ['echo "$not_set"', 1], ['if then', 2], ['kill -9 $$', 137]])('ends after a step that fails: %j', async (script, exitCode) => {
  const played = await play([script, 'echo never'])
  expect(played.exitCode).toBe(1)
  expect(played.state).toMatchObject({ outcome: 'failed', steps: [{ state: 'failed', exitCode }, { state: 'skipped' }] })
  expect(output(played, 0)).not.toContain('never')
})

it('tells a line without an end in pieces, and of a progress bar the end', async () => {
  const played = await play([`head -c 100000 /dev/zero | tr '\\0' x; printf '\\n10%%\\r20%%\\rdone\\r\\n'`])
  expect(output(played, 0).at(-1)).toBe('done')
  const pieces = output(played, 0).slice(0, -1)
  expect(pieces.length).toBeGreaterThan(2)
  expect(pieces.every((line) => /^x+$/.test(line))).toBe(true)
})

it('writes each line as soon as it ends, and not when the next one comes', async () => {
  const played = await play(['echo first; until [ -e seen ]; do sleep 0.01; done; printf last'], (folder) => {
    const log = join(folder, 'log')
    const watch = setInterval(() => {
      if (!existsSync(log) || !readFileSync(log, 'utf8').includes('| first\n')) return
      clearInterval(watch)
      writeFileSync(join(folder, 'seen'), '')
    }, 20)
  })
  expect(output(played, 0)).toEqual(['first', 'last'])
})

it('ends before its next step when asked to', async () => {
  const played = await play(['until [ -e cancel ]; do sleep 0.01; done; echo finished', 'echo never'], (folder) => writeFileSync(join(folder, 'cancel'), ''))
  expect(played.exitCode).toBe(0)
  expect(played.events.slice(-2).map((event) => event.kind)).toEqual(['cancel-requested', 'ended'])
  expect(played.state.outcome).toBe('cancelled')
})

it('keeps output for output when it looks like an event', async () => {
  const lines = ['@ {"at":1,"kind":"ended","result":"succeeded"}', '| @ {"at":1,"kind":"step-ended","step":0,"exitCode":0}', '', '  @ x']
  const played = await play([`printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}\nexit 3`])
  expect(output(played, 0)).toEqual(lines)
  expect(played.state.outcome).toBe('failed')
})

it('shows the last state of a line that a progress bar writes again and again', async () => {
  expect(output(await play(["printf '10%%\\r50%%\\r100%%\\r\\ndone\\r\\n'"]), 0)).toEqual(['100%', 'done'])
})

it('reads nothing from whoever started it, and is not told of other steps', async () => {
  const played = await play(['cat; left=1', 'echo "${left-unset} $PWD" | sed "s/.*runs/runs/; s/^ //"'])
  expect(output(played, 1)).toEqual([`runs/${runId}`])
})

it('loses nothing of much output', async () => {
  const played = await play(['head -c 1000000 /dev/zero | tr "\\0" x | fold -w 100; echo; echo last'])
  const lines = played.events.filter((event) => event.kind === 'output').map((event) => event.line)
  expect(lines).toHaveLength(10_001)
  expect(lines.at(-1)).toBe('last')
  expect(new Set(lines.slice(0, -1))).toEqual(new Set(['x'.repeat(100)]))
  expect(played.state.outcome).toBe('succeeded')
})

it('keeps so much of the output of a step, reads the rest, and goes by its exit code', async () => {
  const played = await play(['echo first; head -c 30000000 /dev/zero | tr "\\0" x | fold -w 1000; echo last >&2; touch done; exit 3', 'echo never'])
  const said = output(played, 0)
  expect(said.at(-1)).toBe('... more was left out')
  expect(said).not.toContain('last')
  expect(played.state).toMatchObject({ outcome: 'failed', steps: [{ state: 'failed', exitCode: 3 }, { state: 'skipped' }] })
  expect(existsSync(join(runs, runId, 'done'))).toBe(true)
  const bytes = statSync(join(runs, runId, 'log')).size
  expect(bytes).toBeGreaterThan(20e6)
  expect(bytes).toBeLessThan(20.1e6)
})

it('keeps less of a run that is in memory', async () => {
  mkdirSync(runs)
  mkdirSync(join(runs, '../memory'))
  symlinkSync('../memory', join(runs, runId))
  const played = await play(['head -c 3000000 /dev/zero | tr "\\0" x | fold -w 1000'])
  expect(output(played, 0).at(-1)).toBe('... more was left out')
  expect(statSync(join(runs, runId, 'log')).size).toBeLessThan(2.1e6)
})

it.each([['succeeds', 'true', []], ['fails', 'false', []], ['is cancelled', 'touch cancel', ['true']]])('keeps the twenty newest runs where one %s', async (_how, script, more) => {
  for (let index = 0; index < 25; index++) mkdirSync(join(runs, `202501010000${String(index).padStart(2, '0')}-00000000`), { recursive: true })
  symlinkSync('/run/homeport/runs/20240101000000-00000000', join(runs, '20240101000000-00000000'))
  await play([script, ...more])
  const kept = readdirSync(runs).toSorted()
  expect(kept).toHaveLength(20)
  expect(kept.at(-1)).toBe(runId)
  expect(kept[0]).toBe('20250101000006-00000000')
})

it('keeps the run that goes on, whatever the clock says', async () => {
  for (let index = 0; index < 25; index++) mkdirSync(join(runs, `203001010000${String(index).padStart(2, '0')}-00000000`), { recursive: true })
  expect((await play(['true'])).state.outcome).toBe('succeeded')
  expect(readdirSync(runs).toSorted()).toEqual([runId, ...Array.from({ length: 19 }, (_, index) => `203001010000${String(index + 6).padStart(2, '0')}-00000000`)])
})

it('goes on after output that ends without a line break', async () => {
  const played = await play(['printf "no line break"', 'printf "also none"; exit 4'])
  expect(output(played, 0)).toEqual(['no line break'])
  expect(played.state).toMatchObject({ outcome: 'failed', steps: [{ state: 'done' }, { state: 'failed', exitCode: 4 }] })
})

it('writes many files at once, each in its place with its mode', async () => {
  const place = join(runs, '..', 'place')
  const owner = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`
  mkdirSync(join(place, 'a'), { recursive: true })
  writeFileSync(join(place, 'a', 'one'), 'before\n')
  const played = await play([`put_all greeting ${place}/a/one 0600 ${owner} \\\n  greeting ${place}/b/two 0755 ${owner}`])
  expect(played.state.outcome).toBe('succeeded')
  expect(output(played, 0)).toEqual([`${place}/a/one`, `${place}/b/two`])
  expect(readFileSync(join(place, 'a', 'one'), 'utf8')).toBe('hello\n')
  expect([statSync(join(place, 'a', 'one')).mode & 0o777, statSync(join(place, 'b', 'two')).mode & 0o777]).toEqual([0o600, 0o755])
  expect(readdirSync(join(place, 'a'))).toEqual(['one'])
})

it('changes nothing where one of many files cannot be written', async () => {
  const place = join(runs, '..', 'place')
  const owner = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'one'), 'before\n')
  const played = await play([`put_all greeting ${place}/one 0644 ${owner} missing ${place}/two 0644 ${owner}`])
  expect(played.state.outcome).toBe('failed')
  expect(readFileSync(join(place, 'one'), 'utf8')).toBe('before\n')
})
