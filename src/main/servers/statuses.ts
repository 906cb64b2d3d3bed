import { toWireError } from '../../shared/errors.ts'
import type { ServerStatus } from '../../shared/status.ts'
import type { Resources } from '../resources.ts'
import { gather } from '../server/gather.ts'
import { describeNow } from '../server/describe-now.ts'
import type { Servers } from './servers.ts'

/** One answer for each known server: what it says now, or why it says nothing. A server that is away never keeps the others waiting for more than a connection's time. */
export async function readStatuses(servers: Servers, resources: Resources): Promise<{ serverId: string; status: ServerStatus | null; problem: string | null }[]> {
  return await Promise.all(servers.list().map(async ({ id: serverId }) => {
    try {
      const facts = await gather(await servers.session(serverId), resources, { updates: 'without' })
      return { serverId, status: describeNow(facts, resources), problem: null }
    } catch (error) {
      const { message, hint } = toWireError(error)
      return { serverId, status: null, problem: `${message} ${hint}`.trim() }
    }
  }))
}
