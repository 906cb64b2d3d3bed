/** A name server on loopback that says what a test wants, over UDP. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import * as packet from 'dns-packet'

export interface Records {
  readonly a?: readonly string[]
  readonly aaaa?: readonly string[]
  readonly cname?: string
  readonly ns?: readonly string[]
  /** Given, the name is a zone. */
  readonly soa?: { readonly minimum: number }
  readonly caa?: readonly packet.CaaData[]
  readonly txt?: readonly string[]
  /** As in a zone file: `10 mail.example.org`. */
  readonly mx?: readonly string[]
  readonly ptr?: readonly string[]
  readonly ttl?: number
}
type Behaviour = 'answers' | 'silent' | 'SERVFAIL' | 'REFUSED'

export interface NameServer {
  /** Address and port. */
  readonly place: string
  readonly port: number
  /** What was asked: `A example.org`. */
  readonly asked: string[]
  set(name: string, records: Records): void
  clear(name: string): void
  /** For every question, or for those about one type. */
  behave(behaviour: Behaviour, type?: string): void
  stop(): Promise<void>
}

const rcodes = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const

/** `port` 0: a free one. `zones`: what it answers for; it refuses the rest. Without, it answers for everything, as a resolver does. */
export async function startNameServer(address: string, port: number, zones?: readonly string[]): Promise<NameServer> {
  const known = new Map<string, Records>()
  const behaviours = new Map<string, Behaviour>()
  const asked: string[] = []
  const socket: Socket = createSocket('udp4')
  socket.on('message', (message, from) => {
    const query = packet.decode(message)
    const question = query.questions?.[0]
    if (question === undefined) return
    asked.push(`${question.type} ${question.name}`)
    const behaviour = behaviours.get(question.type) ?? behaviours.get('') ?? 'answers'
    if (behaviour === 'silent') return
    const isForeign = zones !== undefined && !zones.some((zone) => question.name === zone || question.name.endsWith(`.${zone}`))
    const { rcode, answers } = behaviour !== 'answers' ? { rcode: rcodes[behaviour], answers: [] } : isForeign ? { rcode: rcodes.REFUSED, answers: [] } : answer(known, question)
    const flags = packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | rcode
    socket.send(packet.encode({ type: 'response', id: query.id ?? 0, flags, questions: [question], answers: [...answers] }), from.port, from.address)
  })
  socket.bind(port, address)
  await once(socket, 'listening')
  return {
    place: `${address}:${socket.address().port}`, port: socket.address().port, asked,
    set: (name, records) => void known.set(name, records),
    clear: (name) => void known.delete(name),
    behave: (behaviour, type = '') => void behaviours.set(type, behaviour),
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

function answer(known: ReadonlyMap<string, Records>, { name, type }: packet.Question): { rcode: number; answers: readonly packet.Answer[] } {
  const answers: packet.Answer[] = []
  let at = name.toLowerCase()
  for (let hop = 0; hop < 8; hop++) {
    const records = known.get(at)
    if (records === undefined) return { rcode: [...known.keys()].some((key) => key.endsWith(`.${at}`)) ? 0 : rcodes.NXDOMAIN, answers }
    const ttl = records.ttl ?? 300
    if (records.cname === undefined || type === 'CNAME') return { rcode: 0, answers: [...answers, ...own(at, type, records, ttl)] }
    answers.push({ type: 'CNAME', name: at, ttl, data: records.cname })
    at = records.cname
  }
  return { rcode: rcodes.SERVFAIL, answers: [] }
}

function own(name: string, type: packet.Question['type'], records: Records, ttl: number): packet.Answer[] {
  switch (type) {
    case 'A': return (records.a ?? []).map((data) => ({ type, name, ttl, data }))
    case 'AAAA': return (records.aaaa ?? []).map((data) => ({ type, name, ttl, data }))
    case 'CNAME': return records.cname === undefined ? [] : [{ type, name, ttl, data: records.cname }]
    case 'TXT': return (records.txt ?? []).map((text) => ({ type, name, ttl, data: text.match(/.{1,255}/gs) ?? [''] }))
    case 'MX': return (records.mx ?? []).map((text) => ({ type, name, ttl, data: { preference: Number(text.split(' ')[0]), exchange: text.split(' ')[1] ?? '' } }))
    case 'PTR': return (records.ptr ?? []).map((data) => ({ type, name, ttl, data }))
    case 'NS': return (records.ns ?? []).map((data) => ({ type, name, ttl, data }))
    case 'CAA': return (records.caa ?? []).map((data) => ({ type, name, ttl, data }))
    case 'SOA': return records.soa === undefined ? [] : [{ type, name, ttl, data: { mname: `ns.${name}`, rname: `admin.${name}`, serial: 1, refresh: 3600, retry: 600, expire: 86_400, minimum: records.soa.minimum } }]
    default: return []
  }
}
