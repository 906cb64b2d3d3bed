/** Setting up a fresh server, by Homeport and by a plain script, in turn. */
import { setTimeout as sleep } from 'node:timers/promises'
import { asMs, asRatio, median, timed } from './clock.ts'
import { execute } from '../testbed/command.ts'
import { applyEdit, resources, secondPlan, startPlace, type Place } from './place.ts'
import { plainSetUpScript } from './plain-script.ts'
import { atMost, holds, shown, type Line } from './table.ts'
import { gather } from '../../src/main/server/gather.ts'

const part = 'Setting up a fresh server'
/** In which the computer finishes what stopping a server left. */
const settleMs = 5000

export interface SetUpOutcome {
  readonly lines: Line[]
  /** By round trip, in milliseconds, connecting included. */
  readonly homeportMs: Map<number, number>
  /** The last server that Homeport set up; whoever gets it stops it. */
  readonly place: Place
}

/** So many pairs of fresh servers for each round trip; what apt and the registry take differs by more from server to server than what is compared. */
export async function measureSetUp(rtts: readonly number[], pairs: number, say: (text: string) => void): Promise<SetUpOutcome> {
  const lines: Line[] = []
  const ratios: number[] = []
  const homeportMs = new Map<number, number>()
  let kept: Place | null = null
  const script = await writeScript()
  for (const rttMs of rtts) {
    const took: { homeport: number[]; script: number[] } = { homeport: [], script: [] }
    let left: string[] = []
    for (let pair = 0; pair < pairs; pair++) {
      const byScript = async (): Promise<void> => { say(`Set-up by a plain script at ${rttMs} ms`); took.script.push(await setUpByScript(script, rttMs)) }
      // In turn first and second, so that neither always finds the caches warm; Homeport at last, as its server is kept.
      const pairsLeft = rtts.length * pairs - ratios.length - 1
      const isScriptFirst = pairsLeft % 2 === 0
      if (isScriptFirst) await byScript()
      say(`Set-up by Homeport at ${rttMs} ms`)
      kept = await startQuietPlace()
      try {
        const done = await setUpByHomeport(kept, rttMs)
        took.homeport.push(done.ms)
        left = [...left, ...done.left]
      } catch (error) {
        await kept.stop()
        throw error
      }
      // Each starts on a computer where no other server is left, or the one would run beside the leftovers of the other.
      if (pairsLeft > 0) await kept.stop()
      if (!isScriptFirst) await byScript()
      ratios.push(took.homeport.at(-1)! / took.script.at(-1)!)
    }
    const [homeport, byScript] = [median(took.homeport), median(took.script)]
    homeportMs.set(rttMs, homeport)
    lines.push(
      shown(part, `${rttMs} ms round trip: Homeport; plain script; ratio`, `${asMs(homeport)}; ${asMs(byScript)}; ${asRatio(homeport / byScript)}`),
      holds(part, `${rttMs} ms round trip: changes in a second plan`, left.length === 0, [left.length, ...left].join(' '), '0'),
    )
  }
  if (kept === null) throw new RangeError('There is no round trip to measure at.')
  return { lines: [...lines, atMost(part, `Homeport / plain script, middle of ${ratios.length} pairs`, median(ratios), 1.1, asRatio)], homeportMs, place: kept }
}

async function setUpByHomeport(place: Place, rttMs: number): Promise<{ ms: number; left: string[] }> {
  await place.distance.setRtt(rttMs)
  const { value: session, ms } = await timed(async () => {
    const opened = await place.connect()
    await applyEdit(opened, { kind: 'set-up' })
    return opened
  })
  try {
    return { ms, left: await secondPlan(session) }
  } finally {
    session.close()
  }
}

/** What the server before left to be written and removed shall not be done at the cost of this one, which waits for its own writes. */
async function startQuietPlace(): Promise<Place> {
  await execute('sync', [])
  await sleep(settleMs)
  return await startPlace()
}

/** From the facts of a server of its own: a look would warm the caches of the one that is measured. */
async function writeScript(): Promise<Buffer> {
  const place = await startPlace()
  try {
    const session = await place.connect()
    const script = await plainSetUpScript(await gather(session, resources))
    session.close()
    return script
  } finally {
    await place.stop()
  }
}

async function setUpByScript(script: Buffer, rttMs: number): Promise<number> {
  const place = await startQuietPlace()
  try {
    await place.distance.setRtt(rttMs)
    const { ms } = await timed(() => place.ssh(['bash', '-s'], script))
    await place.distance.setRtt(0)
    const session = await place.connect()
    const left = await secondPlan(session)
    session.close()
    if (left.length > 0) throw new Error(`The plain script did not do the same: ${left.join('; ')}`)
    return ms
  } finally {
    await place.stop()
  }
}
