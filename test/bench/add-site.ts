/** Adding a static site to a server that is set up: from approving to the first answer over HTTPS. */
import type { Edit } from '../../src/shared/edit.ts'
import { ServerDesk } from '../../src/main/server/server-desk.ts'
import { asMs, asPercent, timed } from './clock.ts'
import { followRun, resources, type Place } from './place.ts'
import { uploadSite } from './sites.ts'
import { atMost, shown, type Line } from './table.ts'

const maxExchanges = 4

/** Lines, and the whole time by round trip, connecting and uploading included, for comparison with the peer. */
export async function measureAddSite(place: Place, rtts: readonly number[]): Promise<{ lines: Line[]; wholeMs: Map<number, number> }> {
  const part = 'Adding a static site of 20 files'
  const lines: Line[] = []
  const wholeMs = new Map<number, number>()
  for (const rttMs of rtts) {
    await place.distance.setRtt(rttMs)
    const at = `${rttMs} ms round trip`
    const usedBefore = process.cpuUsage()
    const whole = await timed(async () => {
      const session = await place.connect()
      try {
        return await addSite(place, session, `added-at-${rttMs}.example.test`)
      } finally {
        session.close()
      }
    })
    const used = process.cpuUsage(usedBefore)
    const desktopMs = (used.user + used.system) / 1000
    wholeMs.set(rttMs, whole.ms)
    const { exchanges, requests, uploadMs, planMs, servedMs } = whole.value
    lines.push(
      // Every request that a page needs is one more; the first should do.
      atMost(part, `${at}: exchanges from approving to served (SSH + HTTPS)`, exchanges + requests, maxExchanges, String),
      shown(part, `${at}: upload; plan; approve to served; all with connecting`, [uploadMs, planMs, servedMs, whole.ms].map(asMs).join('; ')),
      atMost(part, `${at}: the desktop's own work, of the whole`, desktopMs / whole.ms, 0.1, asPercent),
    )
  }
  return { lines, wholeMs }
}

type Session = Awaited<ReturnType<Place['connect']>>
interface Added { readonly exchanges: number; readonly requests: number; readonly uploadMs: number; readonly planMs: number; readonly servedMs: number }

async function addSite(place: Place, session: Session, domain: string): Promise<Added> {
  const desk = new ServerDesk({ session: async () => session, resources, mailHosts: [] })
  const upload = await timed(() => uploadSite(session))
  const edit: Edit = { kind: 'add-site', draft: { domain, www: false, source: { kind: 'upload', release: upload.value } } }
  const plan = await timed(() => desk.plan(edit))
  const before = session.exchanges
  const served = await timed(async () => {
    await followRun(session, await desk.approve(plan.value.id))
    return await place.untilServed(domain)
  })
  return { exchanges: session.exchanges - before, requests: served.value, uploadMs: upload.ms, planMs: plan.ms, servedMs: served.ms }
}
