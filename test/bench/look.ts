/** How long it takes to look at a server with many sites, beside a bare command over ssh. */
import type { Facts } from '../../src/main/facts/facts.ts'
import { gatherCommand } from '../../src/main/facts/gather.ts'
import { parseFacts } from '../../src/main/facts/parse-facts.ts'
import { findDrift, preparePlan } from '../../src/main/server/planning.ts'
import type { SocketSession } from '../../src/main/ssh/session.ts'
import { asMs, asRatio, median, medianMs, timed } from './clock.ts'
import { resources, type Place } from './place.ts'
import { atMost, holds, shown, type Line } from './table.ts'

const script = resources.text('gather.sh')

/** `rtts` in milliseconds; the place has `sites` sites. */
export async function measureLook(place: Place, sites: number, rtts: readonly number[], times: number): Promise<Line[]> {
  const part = `Looking at a server with ${sites} sites`
  const lines: Line[] = []
  let answer: Buffer | null = null
  for (const rttMs of rtts) {
    await place.distance.setRtt(rttMs)
    const connected = await timed(() => place.connect())
    const session = connected.value
    try {
      const [gathers, owns, execs, colds]: [number[], number[], number[], number[]] = [[], [], [], []]
      let exchanges = 0
      // In turn, so that a busy moment of the machine falls on all of them.
      for (let i = 0; i < times; i++) {
        const before = session.exchanges
        const { value, ms } = await timed(() => session.run(gatherCommand(script)))
        exchanges = Math.max(exchanges, session.exchanges - before)
        answer = value.stdout
        gathers.push(ms)
        owns.push(await scriptOnServer(place))
        execs.push((await timed(() => session.run({ name: 'true', script: 'true' }))).ms)
        colds.push((await timed(() => place.ssh(['true']))).ms)
      }
      const [ms, own, exec, cold] = [median(gathers), median(owns), median(execs), median(colds)]
      const at = `${rttMs} ms round trip`
      lines.push(
        holds(part, `${at}: exchanges after connecting`, exchanges === 1, String(exchanges), '1'),
        shown(part, `${at}: gather; script alone; exec of true; ssh true anew`, [ms, own, exec, cold].map(asMs).join('; ')),
        bound(rttMs, atMost(part, `${at}: gather / (exec of true on the open session + script)`, ms / (exec + own), 2, asRatio)),
        bound(rttMs, atMost(part, `${at}: connect and gather / (ssh true anew + script)`, (connected.ms + ms) / (cold + own), 2, asRatio)),
      )
    } finally {
      session.close()
    }
  }
  if (answer !== null) lines.push(...await measureDesktop(part, answer, times))
  return lines
}

/** The target is for the longest way; the others are for comparison. */
function bound(rttMs: number, line: Line): Line {
  return rttMs === 150 ? line : { ...line, target: '', verdict: '' }
}

/** Milliseconds that the script takes by the server's own clock. */
async function scriptOnServer(place: Place): Promise<number> {
  const command = `exec bash -c 'script=$(cat); start=$EPOCHREALTIME; bash -c "$script" homeport "" >/dev/null; echo "$start $EPOCHREALTIME"'`
  const { stdout } = await place.server.exec(command, { input: script })
  const [start = Number.NaN, end = Number.NaN] = stdout.trim().split(' ').map(Number)
  return (end - start) * 1000
}

/** The desktop's part: reading the answer, planning, and finding what was changed by hand. */
async function measureDesktop(part: string, answer: Buffer, times: number): Promise<Line[]> {
  const facts: Facts = await parseFacts(answer)
  const release = 'u20200101000000-00000000'
  const parse = await medianMs(times * 2, () => parseFacts(answer))
  const plan = await medianMs(times * 2, () => preparePlan(facts, { kind: 'add-site', draft: { domain: 'one-more.example.test', www: true, source: { kind: 'upload', release } } }, resources))
  const drift = await medianMs(times * 2, () => findDrift(facts, resources))
  return [
    shown(part, 'size of the answer', `${Math.round(answer.length / 1000)} kB`),
    atMost(part, 'desktop: read the answer', parse, 100, asMs),
    atMost(part, 'desktop: plan one more site', plan, 100, asMs),
    atMost(part, 'desktop: find drift', drift, 100, asMs),
    holds(part, 'nothing has drifted', findDrift(facts, resources).length === 0, `${findDrift(facts, resources).length} changes`, '0 changes'),
  ]
}

/** As the app does it when it opens: connect, look, plan. For comparison with the peer. */
export async function lookAnew(place: Place): Promise<number> {
  const { value: session, ms } = await timed(async () => {
    const session: SocketSession = await place.connect()
    findDrift(await parseFacts((await session.run(gatherCommand(script))).stdout), resources)
    return session
  })
  session.close()
  return ms
}
