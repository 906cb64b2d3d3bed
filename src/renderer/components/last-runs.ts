import type { ServerStatus } from '../../shared/status.ts'

/** The newest run of each server that this window has seen the end of. Ids of runs begin with their time. */
const newest = new Map<string, string>()

export function noteRunEnd(serverId: string, runId: string): void {
  if (runId > (newest.get(serverId) ?? '')) newest.set(serverId, runId)
}

/** Whether a status was gathered after the last run that this window watched: an older one would bring what was just changed back into a form. */
export function isAfterLastRun(serverId: string, { lastRun }: Pick<ServerStatus, 'lastRun'>): boolean {
  const watched = newest.get(serverId)
  if (watched === undefined) return true
  return lastRun !== null && (lastRun.runId > watched || (lastRun.runId === watched && lastRun.outcome !== 'running'))
}
