import { Agent, type ClientRequestArgs } from 'node:http'
import type { Duplex } from 'node:stream'
import type { SocketSession } from '../ssh/session.ts'

const dockerSocket = '/var/run/docker.sock'
/** Streamlocal channels do not count as sessions at the server; dial-stdio does, so few of those. */
const socketsAtATime = { streamlocal: 16, dialStdio: 3 }

/** Connections to the Docker engine of a server, as channels of the SSH connection that is there already; kept open between requests. */
export class DockerAgent extends Agent {
  readonly #session: SocketSession
  #mayForward = true
  /** Connections made, by the way they took: what tests and benchmarks look at. */
  readonly opened = { streamlocal: 0, dialStdio: 0 }

  constructor(session: SocketSession) {
    super({ keepAlive: true, maxFreeSockets: 2, maxSockets: session.sudo === 'root' ? socketsAtATime.streamlocal : socketsAtATime.dialStdio })
    this.#session = session
    session.onClosed(() => this.destroy())
  }

  override createConnection(_options: ClientRequestArgs, done: (error: Error | null, socket: Duplex) => void): undefined {
    this.#connect().then((socket) => done(null, socket), (error: Error) => done(error, undefined as unknown as Duplex))
  }

  /**
   * sshd gives one answer to forwarding that is off, a socket that the user may not open, and a Docker that does not run.
   * Each time the docker program is tried as root instead; for a user who is not root that stays so.
   */
  async #connect(): Promise<Duplex> {
    if (this.#mayForward) {
      try {
        const socket = await this.#session.openSocket(dockerSocket)
        this.opened.streamlocal += 1
        return socket
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'connection-lost') throw error
        this.#mayForward = this.#session.sudo === 'root'
      }
    }
    const socket = await this.#session.openDuplex({ name: 'docker-dial', script: 'exec docker system dial-stdio' })
    this.opened.dialStdio += 1
    return socket
  }
}
