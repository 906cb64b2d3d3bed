import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { Output } from '../../shared/contract.ts'
import type { ServerStatus } from '../../shared/status.ts'
import { api } from '../api.ts'
import { knownServersQuery } from './known-servers.ts'

export type StatusOfServer = Output<'servers.statuses'>[number]
const key = ['servers.statuses']
/** Certificates change by the day, and every look is a login to each server. */
const lookAgainMs = 10 * 60_000

/** What every known server says that can be asked without a secret; again every ten minutes. */
export function useServerStatuses() {
  const servers = useQuery(knownServersQuery)
  const any = servers.data !== undefined && servers.data.length > 0
  // What came is new as a whole: comparing thousands of sites deeply would only take time.
  const query = useQuery({ queryKey: key, queryFn: () => api.call('servers.statuses'), enabled: any, staleTime: lookAgainMs / 2, refetchInterval: lookAgainMs, structuralSharing: false })
  /** Without those that were forgotten since. */
  const statuses = useMemo(() => query.data?.filter(({ serverId }) => servers.data?.some(({ id }) => id === serverId) === true), [query.data, servers.data])
  return { query, statuses }
}

/** Takes what the live stream of the open server brings over into the pages over all servers. */
export function useShareStatus(serverId: string, status: ServerStatus | null): void {
  const queries = useQueryClient()
  useEffect(() => {
    if (status === null) return
    // Where nothing was asked yet there is nothing to keep up to date.
    const updatedAt = queries.getQueryState(key)?.dataUpdatedAt
    if (updatedAt === undefined) return
    // It keeps its age: the other servers were not asked.
    queries.setQueryData<StatusOfServer[]>(key, (before) => before === undefined ? undefined : [...before.filter((one) => one.serverId !== serverId), { serverId, status, problem: null }], { updatedAt })
  }, [queries, serverId, status])
}
