import type { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { HomeportError } from '../../shared/errors.ts'
import { channelSocket } from './channel-socket.ts'
import type { Line } from './line.ts'
import type { Hop } from './login.ts'

/** RFC 4254 5.1. */
const administrativelyProhibited = 1

/** A TCP connection from the jump host to the server, as a stream. */
export function openThrough(way: Line, jump: Hop, server: Hop): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const stopWatching = way.onClosed(() => reject(way.error))
    way.client.forwardOut('127.0.0.1', 0, server.host, server.port, (error, channel: ClientChannel) => {
      stopWatching()
      if (error) return reject(notForwarded(error, jump, server))
      resolve(channelSocket(way, channel))
    })
  })
}

function notForwarded(cause: Error & { reason?: unknown }, jump: Hop, server: Hop): HomeportError {
  const isForbidden = cause.reason === administrativelyProhibited
  return new HomeportError('jump-failed', isForbidden ? `The server on the way, ${jump.host}, does not let connections through.` : `The server on the way, ${jump.host}, cannot reach ${server.host} (port ${server.port}).`, {
    hint: isForbidden ? 'Its administrator must allow TCP forwarding (AllowTcpForwarding in sshd_config).' : 'Type the address as the server on the way knows it, often one of a private network, and check the port.',
    detail: cause.message, cause,
  })
}

/**
 * Says that it was the server on the way that failed. A changed identity keeps its own code: it names its host,
 * and must be as loud as that of the server itself.
 */
export function jumpFailed(jump: Hop, error: unknown): unknown {
  if (!(error instanceof HomeportError) || error.code === 'host-key-changed') return error
  const isPassphrase = error.code === 'passphrase-needed' || error.code === 'passphrase-wrong'
  return new HomeportError('jump-failed', `The server on the way, ${jump.host}, could not be used. ${error.message}`, {
    hint: error.hint, cause: error,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(isPassphrase ? { fields: { 'secrets.jumpPassphrase': error.message } } : {}),
  })
}
