/** A server with many sites. */
import { gather } from '../../src/main/server/gather.ts'
import { measureMemory } from './memory.ts'
import { applyEdit, applyRun, resources, startPlace, type Place } from './place.ts'
import { runTo, withMoreSites } from './sites.ts'
import type { Line } from './table.ts'

/** Sites with which memory is measured. */
const fewSites = 10

/** Sets up a server and brings it to `sites` sites, at least ten; on the way, with ten, its memory is measured. Whoever gets the place stops it. */
export async function startCrowd(sites: number, say: (text: string) => void): Promise<{ place: Place; memory: Line[] }> {
  const place = await startPlace()
  try {
    const session = await place.connect()
    say('Setting up a server for many sites')
    await applyEdit(session, { kind: 'set-up' })
    const grow = async (count: number): Promise<void> => {
      say(`Adding ${count} sites`)
      const spec = await withMoreSites(session, (await gather(session, resources)).spec, count)
      await applyRun(session, runTo(spec, await gather(session, resources)))
    }
    await grow(fewSites)
    const memory = await measureMemory(place, fewSites)
    if (sites > fewSites) await grow(sites - fewSites)
    session.close()
    return { place, memory }
  } catch (error) {
    await place.stop()
    throw error
  }
}
