import { queryOptions } from '@tanstack/react-query'
import { api } from '../api.ts'

/** The servers that this computer knows. */
export const knownServersQuery = queryOptions({ queryKey: ['servers'], queryFn: () => api.call('servers.list') })
