/**
 * The DNS as a test wants it to be; its records can be changed at any moment. What it does
 * not know does not exist, except in zones that are forwarded to another server.
 */
import { createSocket } from 'node:dgram'
import * as packet from 'dns-packet'
import { findRecords, normalName, type Records } from './dns-records.ts'
import { readResolvConf } from './host-quirks.ts'

export interface Place {
  readonly address: string
  readonly port: number
}

export interface Dns {
  /** Says everything that there is under that one name (a wildcard is not understood). */
  set(name: string, records: Records): void
  /** Forgets the name: it does not exist (NXDOMAIN), and neither fails nor is silent any more. */
  clear(name: string): void
  /** Every question about that name is answered with SERVFAIL, as when its name servers are broken. */
  serveFail(name: string): void
  /** No question about that name is answered at all. */
  keepSilent(name: string): void
  /** Leaves a zone to another server, or to this computer's own resolver. Names that were set are still answered here. */
  forward(zone: string, to?: Place): Promise<void>
}

interface Outcome {
  readonly rcode: number
  readonly answers: readonly packet.Answer[]
}

/** RFC 1035, section 4.1.1. */
const RCODE = { fine: 0, serverFailure: 2, noSuchName: 3 } as const
const LONGEST_CHAIN = 8
const FORWARD_PATIENCE_MS = 3000

/** Gives the records and what answers a query from them; undefined: nothing is answered. */
export function makeDns(): Dns & { respond(query: packet.Packet): Promise<packet.Packet | undefined> } {
  const known = new Map<string, Records>()
  const failing = new Set<string>()
  const silent = new Set<string>()
  const zones = new Map<string, Place>()
  const forget = (name: string): void => [known, failing, silent].forEach((names) => names.delete(normalName(name)))

  const resolve = async (question: packet.Question): Promise<Outcome | undefined> => {
    const answers: packet.Answer[] = []
    let name = normalName(question.name)
    for (let hop = 0; hop < LONGEST_CHAIN; hop++) {
      if (silent.has(name)) return undefined
      if (failing.has(name)) return { rcode: RCODE.serverFailure, answers: [] }
      const place = known.has(name) ? undefined : findZone(zones, name)
      if (place) {
        const rest = await ask(place, { ...question, name })
        return { rcode: rest.rcode, answers: [...answers, ...rest.answers] }
      }
      const found = findRecords(known, name, question.type)
      if (found.kind === 'no-such-name') return { rcode: RCODE.noSuchName, answers }
      if (found.kind === 'answers') return { rcode: RCODE.fine, answers: [...answers, ...found.answers] }
      answers.push(found.answer)
      name = found.target
    }
    return { rcode: RCODE.serverFailure, answers: [] }
  }
  return {
    set: (name, records) => {
      forget(name)
      known.set(normalName(name), records)
    },
    clear: forget,
    serveFail: (name) => void failing.add(normalName(name)),
    keepSilent: (name) => void silent.add(normalName(name)),
    forward: async (zone, to) => void zones.set(normalName(zone), to ?? (await findOwnResolver())),
    respond: async (query) => {
      const [question] = query.questions ?? []
      const outcome = question && (await resolve(question))
      if (!question || !outcome) return undefined
      const wanted = (query.flags ?? 0) & packet.RECURSION_DESIRED
      const flags = packet.AUTHORITATIVE_ANSWER | packet.RECURSION_AVAILABLE | wanted | outcome.rcode
      return { type: 'response', id: query.id, flags, questions: [question], answers: [...outcome.answers] }
    },
  }
}

/** The most specific zone that the name is in. */
function findZone(zones: ReadonlyMap<string, Place>, name: string): Place | undefined {
  const [zone] = [...zones.keys()].filter((each) => name === each || name.endsWith(`.${each}`)).sort((a, b) => b.length - a.length)
  return zone === undefined ? undefined : zones.get(zone)
}

/** Asks another server; one that does not answer has failed. */
function ask(place: Place, question: packet.Question): Promise<Outcome> {
  const id = Math.floor(Math.random() * 65_536)
  const socket = createSocket('udp4')
  return new Promise<Outcome>((resolve) => {
    const fail = (): void => resolve({ rcode: RCODE.serverFailure, answers: [] })
    const timer = setTimeout(fail, FORWARD_PATIENCE_MS)
    socket.on('error', fail)
    socket.on('close', () => clearTimeout(timer))
    socket.on('message', (message) => {
      const answer = packet.decode(message)
      if (answer.id === id) resolve({ rcode: (answer.flags ?? 0) & 0xf, answers: answer.answers ?? [] })
    })
    const query = packet.encode({ type: 'query', id, flags: packet.RECURSION_DESIRED, questions: [question] })
    socket.send(query, place.port, place.address)
  }).finally(() => socket.close())
}

async function findOwnResolver(): Promise<Place> {
  const [, address] = /^nameserver\s+(\S+)/m.exec((await readResolvConf()) ?? '') ?? []
  if (address === undefined) throw new Error('this computer has no resolver that another address can ask')
  return { address, port: 53 }
}
