/** Homeport beside Ansible with Mitogen: the same jobs at the same distances, connecting included on both sides. */
import type { Ansible } from './ansible.ts'
import { asMs, asRatio, median, timed } from './clock.ts'
import { lookAnew } from './look.ts'
import { secondPlan, startPlace, type Place } from './place.ts'
import { holds, notMeasured, type Line } from './table.ts'

const part = 'Ansible / Homeport'

export async function compareLook(ansible: Ansible, place: Place, sites: number, rtts: readonly number[], times: number): Promise<Line[]> {
  const lines: Line[] = []
  await installBindings(place)
  for (const rttMs of rtts) {
    await place.distance.setRtt(rttMs)
    const [peer, own]: [number[], number[]] = [[], []]
    for (let i = 0; i < times; i++) {
      own.push(await lookAnew(place))
      peer.push((await ansible.play(place, 'look.yml')).ms)
    }
    lines.push(compare(`${rttMs} ms: look at a server with ${sites} sites`, median(peer), median(own)))
  }
  return lines
}

export interface OwnFigures {
  /** By round trip, in milliseconds. */
  readonly setUpMs: ReadonlyMap<number, number>
  readonly addSiteMs: ReadonlyMap<number, number>
  /** Set up by Homeport, with the sites that were added. */
  readonly place: Place
}

/** Set-up, a site, and a second run without changes. `isLate` says that no more fresh servers should be begun. */
export async function compareChanges(ansible: Ansible, own: OwnFigures, say: (text: string) => void, isLate: () => boolean): Promise<Line[]> {
  const lines: Line[] = []
  let place: Place | null = null
  try {
    for (const [rttMs, ownMs] of own.setUpMs) {
      const name = `${rttMs} ms: set up a fresh server`
      if (place !== null && isLate()) {
        lines.push(notMeasured(part, name, 'the time for the whole benchmark was used up'))
        continue
      }
      say(`Set-up by Ansible at ${rttMs} ms`)
      await place?.stop()
      place = await startPeerPlace()
      await place.distance.setRtt(rttMs)
      lines.push(compare(name, (await ansible.play(place, 'set-up.yml')).ms, ownMs))
    }
    if (place !== null) lines.push(...await compareSites(ansible, own, place, say))
    return lines
  } finally {
    await place?.stop()
  }
}

async function compareSites(ansible: Ansible, own: OwnFigures, place: Place, say: (text: string) => void): Promise<Line[]> {
  const lines: Line[] = []
  const sites: string[] = []
  for (const [rttMs, ownMs] of own.addSiteMs) {
    say(`A site by Ansible at ${rttMs} ms`)
    await place.distance.setRtt(rttMs)
    const domain = `added-at-${rttMs}.example.test`
    sites.push(domain)
    const { ms } = await ansible.play(place, 'sites.yml', sites, sites.length - 1)
    const served = await timed(() => place.untilServed(domain))
    lines.push(compare(`${rttMs} ms: add a static site, up to the first answer`, ms + served.ms, ownMs))
  }
  for (const rttMs of own.addSiteMs.keys()) {
    say(`Second runs without changes at ${rttMs} ms`)
    await place.distance.setRtt(rttMs)
    const peer = [await ansible.play(place, 'set-up.yml'), await ansible.play(place, 'sites.yml', sites)]
    const ownAgain = await planAgain(own.place, rttMs)
    const changed = peer.reduce((total, one) => total + one.changed, 0)
    lines.push(
      compare(`${rttMs} ms: second run without changes, ${sites.length} sites`, peer.reduce((total, one) => total + one.ms, 0), ownAgain.ms),
      holds(part, `${rttMs} ms: changes in that second run, Ansible; Homeport`, ownAgain.left.length === 0, `${changed}; ${ownAgain.left.length}`, 'Homeport 0'),
    )
  }
  return lines
}

async function planAgain(place: Place, rttMs: number): Promise<{ ms: number; left: string[] }> {
  await place.distance.setRtt(rttMs)
  const { value, ms } = await timed(async () => {
    const session = await place.connect()
    return { session, left: await secondPlan(session) }
  })
  value.session.close()
  return { ms, left: value.left }
}

async function startPeerPlace(): Promise<Place> {
  const place = await startPlace()
  try {
    await installBindings(place)
    return place
  } catch (error) {
    await place.stop()
    throw error
  }
}

/** Providers' images mostly bring the Python bindings of apt that Ansible needs; ours does not, so they are not part of the time. */
async function installBindings(place: Place): Promise<void> {
  const { code, stderr } = await place.server.exec('apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends python3-apt')
  if (code !== 0) throw new Error(`python3-apt could not be installed on the server: ${stderr.slice(-500)}`)
}

function compare(name: string, peerMs: number, ownMs: number): Line {
  const ratio = peerMs / ownMs
  return holds(part, name, ratio >= 1, `${asMs(peerMs)} / ${asMs(ownMs)} = ${asRatio(ratio)}`, 'at least 1.00 ×')
}
