import { z } from 'zod'
import { KnownServer } from '../../shared/connection.ts'
import { HomeportError } from '../../shared/errors.ts'
import { type ConfFile, keepCopy } from './conf-file.ts'

const key = 'servers'

/** The servers that this computer knows. Nothing in it is secret. */
export interface KnownServerStore {
  list(): KnownServer[]
  /** Throws `server-unknown`. */
  get(id: string): KnownServer
  /** Adds a server, or replaces the one with the same id. */
  put(server: KnownServer): void
  remove(id: string): void
}

/**
 * Reads entry by entry: one that cannot be read is told to `onProblem`, stays in the file untouched
 * (a newer Homeport may understand it), and the whole file is copied before this one changes it.
 */
export function openKnownServers(file: ConfFile, onProblem: (message: string) => void): KnownServerStore {
  const reported = new Set<string>()
  const report = (entry: unknown, problem: string) => {
    const text = JSON.stringify(entry)
    if (reported.has(text)) return
    reported.add(text)
    onProblem(`An entry of the list of servers cannot be read and is left out: ${problem}. A copy of the file is kept as ${keepCopy(file)}.`)
  }
  const read = () => {
    const found = readEntries(file.get(key))
    for (const entry of found.broken) report(entry.value, entry.problem)
    return found
  }
  const write = (servers: readonly KnownServer[], broken: readonly BrokenEntry[]) => file.set(key, [...servers, ...broken.map((entry) => entry.value)])
  return {
    list: () => read().servers,
    get(id) {
      const server = read().servers.find((known) => known.id === id)
      if (server === undefined) throw new HomeportError('server-unknown', 'Homeport does not know this server any more.', { hint: 'Choose it from the list of servers, or connect to it again.' })
      return server
    },
    put(server) {
      const { servers, broken } = read()
      const isNew = !servers.some((known) => known.id === server.id)
      write(isNew ? [...servers, server] : servers.map((known) => (known.id === server.id ? server : known)), broken)
    },
    remove(id) {
      const { servers, broken } = read()
      write(servers.filter((known) => known.id !== id), broken)
    },
  }
}

interface BrokenEntry { readonly value: unknown; readonly problem: string }

function readEntries(stored: unknown): { servers: KnownServer[]; broken: BrokenEntry[] } {
  const entries: unknown[] = Array.isArray(stored) ? stored : stored === undefined ? [] : [stored]
  const servers: KnownServer[] = []
  const broken: BrokenEntry[] = []
  for (const value of entries) {
    const parsed = KnownServer.safeParse(value)
    if (parsed.success) servers.push(parsed.data)
    else broken.push({ value, problem: z.prettifyError(parsed.error).replaceAll('\n', ' ') })
  }
  return { servers, broken }
}

