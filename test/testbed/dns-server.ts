/** Answers DNS queries over UDP and TCP (RFC 1035, section 4.2). */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { decode, encode, streamEncode, type Packet } from 'dns-packet'
import type { Place } from './dns.ts'

/** Undefined: the query stays without an answer. */
export type Respond = (query: Packet) => Promise<Packet | undefined>

export interface DnsServer extends Place {
  stop(): Promise<void>
}

/** Listens on one free port of that address, the same for both. */
export async function startDnsServer(address: string, respond: Respond): Promise<DnsServer> {
  const { udp, tcp } = await listenBoth(address)
  const sockets = new Set<Socket>()
  udp.on('message', (message, from) => {
    const query = parseQuery(message)
    if (query) void respond(query).then((response) => response && udp.send(encode(response), from.port, from.address))
  })
  tcp.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {}) // 'close' follows
    readQueries(socket, (query) => void respond(query).then((response) => response && socket.write(streamEncode(response))))
  })
  return {
    address,
    port: (tcp.address() as AddressInfo).port,
    stop: async () => {
      sockets.forEach((socket) => socket.destroy())
      await Promise.all([new Promise<void>((done) => udp.close(done)), new Promise<unknown>((done) => tcp.close(done))])
    },
  }
}

/** A port that is free for TCP is seldom taken for UDP, but it may be. */
async function listenBoth(address: string): Promise<{ udp: UdpSocket; tcp: Server }> {
  for (let attempt = 1; ; attempt++) {
    const tcp = createServer()
    const udp = createSocket('udp4')
    await new Promise<void>((resolve, reject) => tcp.on('error', reject).listen(0, address, resolve))
    try {
      await new Promise<void>((resolve, reject) => udp.on('error', reject).bind((tcp.address() as AddressInfo).port, address, resolve))
      return { udp, tcp }
    } catch (error) {
      tcp.close()
      if (attempt === 5) throw error
    }
  }
}

/** Each message has its length, two bytes, before it. */
function readQueries(socket: Socket, onQuery: (query: Packet) => void): void {
  let pending: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0)
      const query = parseQuery(pending.subarray(2, end))
      if (query) onQuery(query)
      pending = pending.subarray(end)
    }
  })
}

/** Undefined for what is no DNS message. */
function parseQuery(message: Buffer): Packet | undefined {
  try {
    return decode(message)
  } catch {
    return undefined
  }
}
