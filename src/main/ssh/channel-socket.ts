import { Duplex } from 'node:stream'
import type { Channel } from 'ssh2'
import type { Line } from './line.ts'

/** What node:http calls on a net.Socket and an SSH channel does not have. */
const socketMethods = ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref'] as const

/**
 * A channel that behaves like a socket: destroy closes it on the server, and a lost line is an error.
 * Needed because a raw ssh2 channel never says `close` or `error` when its connection breaks under a waiting request.
 */
export function channelSocket(line: Pick<Line, 'onClosed'>, channel: Channel): Duplex {
  let isOpen = true
  const socket = new Duplex({
    allowHalfOpen: false,
    read() { channel.resume() },
    write(chunk: Buffer, _encoding, done) {
      if (isOpen) channel.write(chunk, done)
      else done(socketError('EPIPE', 'The channel to the server is closed.'))
    },
    final(done) {
      if (isOpen) channel.end()
      done()
    },
    destroy(error, done) {
      stopWatching()
      if (isOpen) channel.close()
      channel.resume() // ssh2 tells the end of a channel only to who reads it
      done(error)
    },
  })
  const stopWatching = line.onClosed((error) => socket.destroy(socketError('ECONNRESET', 'The connection to the server was lost.', error)))
  channel.on('data', (chunk: Buffer) => { if (!socket.push(chunk)) channel.pause() })
  channel.on('end', () => socket.push(null))
  // `end` and not `destroy`: what has arrived may not have been read yet.
  channel.on('close', () => { isOpen = false; socket.end() })
  channel.on('error', (error: Error) => socket.destroy(error))
  ;(channel.stderr as Duplex | undefined)?.resume()
  return Object.assign(socket, Object.fromEntries(socketMethods.map((name) => [name, () => socket])))
}

function socketError(code: string, message: string, cause?: Error | null): Error {
  return Object.assign(new Error(message, { cause }), { code })
}
