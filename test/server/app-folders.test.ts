/** What the server makes of the folders in which an image says that it keeps data: lib/app-folders, without Docker. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const library = join(import.meta.dirname, '../../resources/server/lib/app-folders')
let state = ''
beforeAll(async () => { state = await mkdtemp(join(tmpdir(), 'homeport-folders-')) })
afterAll(async () => { await rm(state, { recursive: true }) })

interface Given { readonly declared?: readonly string[]; readonly ports?: readonly string[]; readonly volumes?: readonly string[]; readonly scratch?: readonly string[]; readonly handover?: string; readonly stopSeconds?: string }

const array = (name: string, words: readonly string[] = []): string => `${name}=(${words.map((word) => `'${word}'`).join(' ')})`

/** What bash says after reading the library, with what an image and the settings of a site say. */
async function say(given: Given, command: string): Promise<string> {
  const script = [
    'set -euo pipefail', 'site=app.example.test', `state='${state}'`, `. '${library}'`, `data='${state}/data'`, 'plain() { echo "$1"; }',
    array('declared', given.declared), array('ports', given.ports), array('VOLUMES', given.volumes), array('PATHS', given.volumes?.map((name) => `/kept/${name}`)), array('SCRATCH', given.scratch),
    `HANDOVER=${given.handover ?? 'auto'}`, `STOP_SECONDS='${given.stopSeconds ?? ''}'`, command,
  ].join('\n')
  return (await promisify(execFile)('bash', ['-c', script])).stdout.trim()
}

const both = 'kept=$(kept_folders blue); echo "$(handover_for "$kept") $(stop_seconds_for "$kept")"'
describe('whether two versions may run at once, and how long one may take to stop', () => {
  it.each<[string, Given, string]>([
    ['an image that keeps nothing', {}, 'beside 30'],
    ['an image that keeps nothing, with data that somebody named', { volumes: ['files'], ports: ['8000/tcp'] }, 'beside 30'],
    ['an image that keeps data', { declared: ['/var/lib/postgresql/data'] }, 'stop-first 120'],
    ['an image that keeps data where somebody named it', { declared: ['/kept/db'], volumes: ['db'] }, 'stop-first 120'],
    ['an image whose data may all be thrown away', { declared: ['/cache', '/tmp/x'], scratch: ['/tmp/x', '/cache'] }, 'beside 30'],
    ['an image of which one folder may be thrown away', { declared: ['/cache', '/data'], scratch: ['/cache'] }, 'stop-first 120'],
    ['a database that does not say where its data is', { volumes: ['db'], ports: ['5432/tcp'] }, 'stop-first 120'],
    ['a database without data', { ports: ['6379/tcp'] }, 'beside 30'],
    ['an image that keeps data, where somebody wants both at once', { declared: ['/data'], handover: 'beside' }, 'beside 120'],
    ['an image that keeps nothing, where somebody wants them one by one', { handover: 'stop-first' }, 'stop-first 30'],
    ['an image that keeps data, where somebody said how long', { declared: ['/data'], stopSeconds: '7' }, 'stop-first 7'],
  ])('%s', async (_what, given, expected) => expect(await say(given, both)).toBe(expected))
})

describe('the folder of a path', () => {
  it('has the same name for ever', async () => {
    const declared = ['/var/lib/postgresql/data', '/data', '/a b,c/', '/x/../data//', '/Ünder_score/日本']
    expect(await say({ declared }, 'kept_folders ""')).toBe([
      'a-b-c-f5701c /a b,c', 'data-bd4741 /data', 'nder-score-6e781f /Ünder_score/日本', 'var-lib-postgresql-data-dc8f97 /var/lib/postgresql/data',
    ].join('\n'))
  })
  it('has a name that Homeport takes, and no other path has it', async () => {
    const declared = ['/', '/-', '/---', '/DATA', '/Data', '/data', '/data-', `/${'long/'.repeat(50)}`, `/${'long/'.repeat(51)}`, '/..a']
    const names = (await say({ declared }, 'for path in "${declared[@]}"; do folder_name "$path"; echo; done')).split('\n')
    expect(new Set(names).size).toBe(declared.length)
    for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9-]{0,39}$/)
  })
})

it('goes on keeping what is kept, also where a newer image does not say so any more', async () => {
  await mkdir(join(state, 'data/kept-111111'), { recursive: true })
  await writeFile(join(state, 'blue.kept'), 'kept-111111 /kept\nempty-222222 /empty\n')
  expect(await say({ declared: ['/data'] }, 'kept_folders blue')).toBe('data-bd4741 /data\nkept-111111 /kept')
})

it.each<[string, readonly string[], string]>([
  ['no folder', [], ''],
  ['plain folders', ['/data', '/a b,c'], ''],
  ['a folder that is not one from the top', ['/data', 'data'], 'The image keeps data in data, which is no absolute path.'],
  ['a folder with a line end in its name, as Docker shows it', ['/data\\n/etc'], 'The image keeps data in a folder whose name is not plain text.'],
  ['very many folders', Array.from({ length: 41 }, (_, index) => `/data${index}`), 'The image keeps data in more than 40 folders, which is too many.'],
])('takes an image with %s, or says why not', async (_what, declared, problem) => expect(await say({ declared }, 'folder_problem')).toBe(problem))
