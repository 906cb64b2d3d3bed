/** What the walls between the parts of a server cost: this version beside the last one without them, in turn. */
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { output } from '../testbed/command.ts'
import type * as app from '../server/app-site.ts'
import { asRatio, median } from './clock.ts'
import type * as crowd from './crowd.ts'
import type * as place from './place.ts'
import type { Place } from './place.ts'
import { atMost, notMeasured, shown, type Line } from './table.ts'

/** The last commit without walls. */
const before = '47e1ee7c5545b21e06f5a87cbaf57badecb43d31'
const repository = resolve(import.meta.dirname, '../..')
const domain = 'app.example.test'
const most = 1.05

/** One version of Homeport, with a server that it set up. */
interface Version { readonly place: Place; readonly script: string; readonly unit: string }

/** `sites`: of files, on each of the two servers; beside them is one program. `times`: how often each is measured. */
export async function measureWalls(sites: number, times: number, say: (text: string) => void): Promise<Line[]> {
  const part = `The walls, with ${sites} sites`
  const folder = join(await mkdtemp(join(tmpdir(), 'homeport-before-')), 'homeport')
  try {
    await output('git', ['-C', repository, 'worktree', 'add', '--quiet', '--detach', folder, before])
  } catch (error) {
    return [notMeasured(part, 'the version before', `git does not have it: ${error instanceof Error ? error.message : String(error)}`)]
  }
  const standing: Version[] = []
  try {
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'))
    for (const root of [folder, repository]) standing.push(await setUp(root, sites, say))
    const [old, now] = standing
    if (old === undefined || now === undefined) throw new Error('There are not two servers.')
    return await compare(part, old, now, times, say)
  } finally {
    await Promise.all(standing.map(({ place }) => place.stop()))
    await output('git', ['-C', repository, 'worktree', 'remove', '--force', folder])
    await rm(resolve(folder, '..'), { recursive: true, force: true })
  }
}

/** A server as the version below `root` sets it up, by that version's own code. */
async function setUp(root: string, sites: number, say: (text: string) => void): Promise<Version> {
  const load = async <M>(path: string): Promise<M> => (await import(pathToFileURL(join(root, path)).href)) as M
  const { startCrowd } = await load<typeof crowd>('test/bench/crowd.ts')
  const { applyEdit, resources } = await load<typeof place>('test/bench/place.ts')
  const { appSource } = await load<typeof app>('test/server/app-site.ts')
  const { place: server } = await startCrowd(sites, say)
  const session = await server.connect()
  say('Adding a program')
  await applyEdit(session, { kind: 'add-site', draft: { domain, www: false, source: appSource({ VERSION: 'one' }) } })
  session.close()
  const { stdout } = await server.server.exec(`awk '$1 == "${domain}" { print $2 }' /var/lib/homeport/live/live.map`)
  return { place: server, script: resources.text('gather.sh'), unit: `homeport-${domain}-${stdout.trim()}.service` }
}

async function compare(part: string, old: Version, now: Version, times: number, say: (text: string) => void): Promise<Line[]> {
  say('Looking, and starting the program, in turn')
  const figures = { look: [[], []], start: [[], []] } as { look: [number[], number[]]; start: [number[], number[]] }
  for (let i = 0; i < times; i++) {
    // The one that begins changes, so that a busy moment of the machine falls on both.
    for (const index of i % 2 === 0 ? [0, 1] as const : [1, 0] as const) {
      const version = index === 0 ? old : now
      figures.look[index].push(await timeOf(version.place, 'bash -c "$script" gather without >/dev/null', version.script))
      figures.start[index].push(await timeOf(version.place, `systemctl restart ${version.unit}`))
    }
  }
  return (['look', 'start'] as const).flatMap((what) => {
    const [without, withWalls] = figures[what].map(median)
    const name = what === 'look' ? 'gather' : 'start of a program'
    return [
      shown(part, `${name}: without walls; with them`, `${Math.round(without ?? Number.NaN)} ms; ${Math.round(withWalls ?? Number.NaN)} ms`),
      atMost(part, `${name}: with walls / without`, (withWalls ?? Number.NaN) / (without ?? Number.NaN), most, asRatio),
    ]
  })
}

/** Milliseconds that a command takes by the server's own clock; what is given as `script` it has as $script. */
async function timeOf(place: Place, command: string, script = ''): Promise<number> {
  const { stdout, code, stderr } = await place.server.exec(`exec bash -c 'script=$(cat); start=$EPOCHREALTIME; ${command}; code=$?; echo "$start $EPOCHREALTIME"; exit $code'`, { input: script })
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`)
  const [start = Number.NaN, end = Number.NaN] = stdout.trim().split(' ').map(Number)
  return (end - start) * 1000
}
