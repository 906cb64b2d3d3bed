/**
 * `npm run bench`: how fast Homeport is, as ratios within one run, on throwaway servers at several distances.
 *
 *   -- --quick        fewer distances, sites and repetitions
 *   -- --only NAME    look, memory, set-up, add-site, mail, walls or peer (what they stand on is done, too)
 *   -- --write        puts what was measured into docs/benchmarks.md; parts that were not measured stay as they are
 *
 * It is a comparison and not a test: the status is 0 when a figure is over its target, which the table says.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { arch, cpus } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import { measureAddSite } from '../test/bench/add-site.ts'
import { startAnsible, type Ansible } from '../test/bench/ansible.ts'
import { startCrowd } from '../test/bench/crowd.ts'
import { measureLook } from '../test/bench/look.ts'
import { measureMail } from '../test/bench/mail.ts'
import { compareChanges, compareLook } from '../test/bench/peer.ts'
import { stopAllPlaces, type Place } from '../test/bench/place.ts'
import { measureSetUp } from '../test/bench/set-up.ts'
import { measureWalls } from '../test/bench/walls.ts'
import { notMeasured, readSections, toSections, toText, type Line } from '../test/bench/table.ts'

const names = ['look', 'memory', 'set-up', 'add-site', 'mail', 'walls', 'peer'] as const
type Name = (typeof names)[number]

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true }, write: { type: 'boolean', default: false } } })
const only = options.only ?? names
const stranger = only.find((name) => !names.some((known) => known === name))
if (stranger !== undefined) {
  process.stderr.write(`There is no benchmark "${stranger}". Benchmarks: ${names.join(', ')}.\n`)
  process.exit(2)
}
if (options.write && options.quick) {
  process.stderr.write('--write needs whole measurements: leave --quick away.\n')
  process.exit(2)
}
const wants = (...some: Name[]): boolean => some.some((name) => only.includes(name))

/** Round trips in milliseconds. */
const size = options.quick
  ? { sites: 10, rtts: [0, 150], setUpRtts: [50], setUpPairs: 1, changeRtts: [50], times: 3, peerTimes: 1, mailRounds: 1, wallTimes: 5 }
  : { sites: 50, rtts: [0, 50, 150], setUpRtts: [0, 50, 150], setUpPairs: 3, changeRtts: [0, 50, 150], times: 5, peerTimes: 2, mailRounds: 3, wallTimes: 15 }
/** After this no more fresh servers are begun for the peer, so that the whole stays under eighteen minutes. */
const lateMs = 15.5 * 60_000

const startedAt = performance.now()
const elapsed = (): string => `${Math.round((performance.now() - startedAt) / 1000)} s`.padStart(6)
const say = (text: string): void => void process.stderr.write(`${styleText('dim', `${elapsed()}  ${text}`)}\n`)
const lines: Line[] = []
let peer: Ansible | null = null

async function measure(): Promise<void> {
  const ansible = wants('peer') ? await findAnsible() : null
  if (wants('look', 'memory') || ansible !== null) {
    const crowd = await startCrowd(wants('look', 'peer') ? size.sites : 10, say)
    await using(crowd.place, async (place) => {
      if (wants('memory')) lines.push(...crowd.memory)
      say('Looking at it')
      if (wants('look')) lines.push(...await measureLook(place, size.sites, size.rtts, size.times))
      if (ansible === null) return
      say('Looking at it beside Ansible')
      lines.push(...await compareLook(ansible, place, size.sites, size.changeRtts, size.peerTimes))
    })
  }
  if (wants('walls')) lines.push(...await measureWalls(size.sites, size.wallTimes, say))
  if (wants('mail')) lines.push(...await measureMail(size.mailRounds, say))
  if (wants('set-up', 'add-site') || ansible !== null) {
    const setUp = await measureSetUp(size.setUpRtts, wants('set-up') ? size.setUpPairs : 1, say)
    await using(setUp.place, async (place) => {
      if (wants('set-up')) lines.push(...setUp.lines)
      say('Adding sites')
      const added = await measureAddSite(place, size.changeRtts)
      if (wants('add-site')) lines.push(...added.lines)
      if (ansible === null) return
      const own = { setUpMs: setUp.homeportMs, addSiteMs: added.wholeMs, place }
      lines.push(...await compareChanges(ansible, own, say, () => performance.now() - startedAt > lateMs))
    })
  }
}

async function findAnsible(): Promise<Ansible | null> {
  try {
    peer = await startAnsible(say)
    say(`The peer is ${peer.version}`)
    return peer
  } catch (error) {
    lines.push(notMeasured('Ansible / Homeport', 'Ansible', `${error instanceof Error ? error.message : String(error)}.`))
    return null
  }
}

async function using(place: Place, work: (place: Place) => Promise<void>): Promise<void> {
  try {
    await work(place)
  } finally {
    await place.stop()
  }
}

/** What was measured now, in the place of what `before` says of the same parts. */
function document(before: string): string {
  const sections = new Map([...readSections(before), ...toSections(lines, new Date().toISOString().slice(0, 10))])
  return `# Benchmarks

Measured by \`npm run bench\`.
Machine: ${cpus().length} cores (${arch()}), container test server (Debian with systemd and sshd, on the same machine).
Distance is made by a delaying TCP proxy; its round trip is given in each line. Times are of one run on one
machine: read the ratios, not the seconds.

${notes(peer?.version ?? /The \*peer\* is (.*) from Debian/.exec(before)?.[1] ?? 'Ansible with Mitogen')}
${[...sections.values()].join('\n')}`
}

function notes(peerVersion: string): string {
  return `How the figures come about:

- *Gather* is one read-only script. "Script alone" is the same script on the server without a connection;
  "ssh true anew" is the system's OpenSSH client connecting for one command.
- The *plain script* has the very steps of Homeport's plan, in one shell script on the standard input of ssh:
  no look at the server before, no log, no unit. Both start on a fresh server, in turn, on a computer at rest.
- *Exchanges* are SSH channels that were opened, and HTTPS requests.
- The *peer* is ${peerVersion} from Debian's packages, with playbooks of our own (test/bench/peer) that put
  the same files, packages, images, networks and units on a server. They are made to be quick: no facts are
  gathered where none are needed, a site's files go as one archive, its network takes one task, and only the
  new site is run. Times of both sides contain connecting; Ansible's contain starting Ansible.
- *Memory* is resident memory. Shared pages (libraries, and haproxy's two processes) count in each process in the
  first line and once in the second.
`
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void clear().finally(() => process.exit(1)))
async function clear(): Promise<void> {
  await Promise.allSettled([stopAllPlaces(), peer?.stop()])
}

try {
  await measure()
} catch (error) {
  process.stderr.write(`${styleText('red', 'The benchmark broke off.')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
} finally {
  await clear()
}
if (lines.length > 0) process.stdout.write(`\n${toText(lines)}\n\n${summary()}\n`)
if (options.write && process.exitCode !== 1) {
  const folder = resolve(import.meta.dirname, '..', 'docs')
  const path = resolve(folder, 'benchmarks.md')
  await mkdir(folder, { recursive: true })
  await writeFile(path, document(existsSync(path) ? readFileSync(path, 'utf8') : ''))
  say('Written to docs/benchmarks.md')
}
process.exit()

function summary(): string {
  const count = (verdict: Line['verdict']): number => lines.filter((line) => line.verdict === verdict).length
  const missing = count('not measured')
  return `${count('ok')} within their target, ${count('over')} over it${missing > 0 ? `, ${missing} not measured` : ''}. It took ${elapsed().trim()}.`
}
