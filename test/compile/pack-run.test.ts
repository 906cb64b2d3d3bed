import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { expect, it } from 'vitest'
import { packRun, type CompiledRun } from '../../src/main/compile/run.ts'
import { loadResources } from '../../src/main/resources.ts'
import { collect } from '../upload/collect.ts'

const resources = loadResources(join(import.meta.dirname, '../../resources'))
async function unpack(run: CompiledRun): Promise<Map<string, { text: string; mode: number }>> {
  const entries = extract()
  entries.end(gunzipSync(await packRun(run, '20260101000000-0123abcd', 'me@home', resources)))
  const files = new Map<string, { text: string; mode: number }>()
  for await (const entry of entries) files.set(entry.header.name, { text: Buffer.concat(await collect(entry as AsyncIterable<Buffer>)).toString('utf8'), mode: entry.header.mode })
  return files
}
const steps = (count: number): CompiledRun['steps'] => Array.from({ length: count }, (_, index) => ({ id: `id/${index}`, title: `Step ${index}`, script: `echo ${index}` }))

it('holds the runner, its functions, the steps in the order of their names, and the files', async () => {
  const packed = await unpack({ title: 'Add ä.org', steps: steps(12), files: new Map([['0123456789abcdef', 'für alle\n']]) })
  expect([...packed.keys()].slice(0, 3)).toEqual(['runner', 'lib', 'started'])
  expect(packed.get('runner')).toEqual({ text: resources.text('run/runner'), mode: 0o700 })
  const names = [...packed.keys()].filter((name) => name.startsWith('steps/'))
  expect(names).toEqual(names.toSorted())
  expect(names.map((name) => packed.get(name)?.text)).toEqual(steps(12).map((step) => `# ${step.title}\n${step.script}\n`))
  expect(packed.get('files/0123456789abcdef')?.text).toBe('für alle\n')
})

it.each([1, 9, 10, 99, 100, 101, 1001])('keeps the order of %s steps', async (count) => {
  const names = [...(await unpack({ title: 'T', steps: steps(count), files: new Map() })).keys()].filter((name) => name.startsWith('steps/'))
  expect(names).toHaveLength(count)
  expect(names).toEqual(names.toSorted())
})

it('says in `started` what the runner puts a time before', async () => {
  const packed = await unpack({ title: 'A "quoted"\ntitle', steps: [{ id: 'a', title: 'b', script: 'true' }], files: new Map() })
  expect(JSON.parse(`{"at":1,${packed.get('started')?.text}}`)).toEqual({ at: 1, kind: 'started', runId: '20260101000000-0123abcd', title: 'A "quoted"\ntitle', owner: 'me@home', steps: [{ id: 'a', title: 'b' }] })
})

it('keeps a title in its comment', async () => {
  expect((await unpack({ title: 'T', steps: [{ id: 'a', title: 'x\nreboot', script: 'true' }], files: new Map() })).get('steps/0')?.text).toBe('# x reboot\ntrue\n')
})
