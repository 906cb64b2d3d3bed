/** Setting up a fresh server, by Homeport and by a plain script, in turn. */
import { asMs, asRatio, median, timed } from './clock.ts'
import { applyEdit, resources, secondPlan, startPlace, type Place } from './place.ts'
import { plainSetUpScript } from './plain-script.ts'
import { atMost, holds, shown, type Line } from './table.ts'
import { gather } from '../../src/main/server/gather.ts'

const part = 'Setting up a fresh server'

export interface SetUpOutcome {
  readonly lines: Line[]
  /** By round trip, in milliseconds, connecting included. */
  readonly homeportMs: Map<number, number>
  /** The last server that Homeport set up; whoever gets it stops it. */
  readonly place: Place
}

/** One pair of fresh servers for each round trip. The ratio is the middle one of the pairs. */
export async function measureSetUp(rtts: readonly number[], say: (text: string) => void): Promise<SetUpOutcome> {
  const lines: Line[] = []
  const ratios: number[] = []
  const homeportMs = new Map<number, number>()
  let kept: Place | null = null
  for (const [index, rttMs] of rtts.entries()) {
    let scriptMs = 0
    const byScript = async (): Promise<void> => { say(`Set-up by a plain script at ${rttMs} ms`); scriptMs = await setUpByScript(rttMs) }
    // In turn first and second, so that neither always finds the caches warm.
    if (index % 2 === 1) await byScript()
    say(`Set-up by Homeport at ${rttMs} ms`)
    await kept?.stop()
    kept = await startPlace()
    try {
      const { ms, left } = await setUpByHomeport(kept, rttMs)
      if (index % 2 === 0) await byScript()
      homeportMs.set(rttMs, ms)
      ratios.push(ms / scriptMs)
      lines.push(
        shown(part, `${rttMs} ms round trip: Homeport; plain script; ratio`, `${asMs(ms)}; ${asMs(scriptMs)}; ${asRatio(ms / scriptMs)}`),
        holds(part, `${rttMs} ms round trip: changes in a second plan`, left.length === 0, [left.length, ...left].join(' '), '0'),
      )
    } catch (error) {
      await kept.stop()
      throw error
    }
  }
  if (kept === null) throw new RangeError('There is no round trip to measure at.')
  return { lines: [...lines, atMost(part, 'Homeport / plain script, middle of the pairs', median(ratios), 1.1, asRatio)], homeportMs, place: kept }
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

async function setUpByScript(rttMs: number): Promise<number> {
  const place = await startPlace()
  try {
    const session = await place.connect()
    const script = await plainSetUpScript(await gather(session, resources))
    await place.distance.setRtt(rttMs)
    const { ms } = await timed(() => place.ssh(['bash', '-s'], script))
    await place.distance.setRtt(0)
    const left = await secondPlan(session)
    session.close()
    if (left.length > 0) throw new Error(`The plain script did not do the same: ${left.join('; ')}`)
    return ms
  } finally {
    await place.stop()
  }
}
