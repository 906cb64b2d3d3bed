import Docker from 'dockerode'
import { HomeportError } from '../../shared/errors.ts'
import type { SocketSession } from '../ssh/session.ts'
import { DockerAgent } from './docker-agent.ts'

const known = new WeakMap<SocketSession, Docker>()

/**
 * The Docker engine of a server, through its SSH session; the same object for the same session, so that
 * connections are shared. dockerode's own `ssh` protocol is not used: it logs in anew for every request.
 */
export function dockerOf(session: SocketSession): Docker {
  const docker = known.get(session) ?? newDocker(new DockerAgent(session))
  known.set(session, docker)
  return docker
}

/** A client on an agent of one's own. */
export function newDocker(agent: DockerAgent): Docker {
  // Host and port are never looked up: the agent alone makes connections.
  const options: Docker.DockerOptions & { agent: DockerAgent } = { protocol: 'http', host: 'docker', port: 80, agent }
  return new Docker(options)
}

/** Turns what dockerode throws into `docker-unavailable`; keeps a lost line as it is. */
export function dockerError(cause: unknown): HomeportError {
  if (cause instanceof HomeportError) return cause
  return new HomeportError('docker-unavailable', 'Docker on the server does not answer.', {
    hint: 'Set up the server with Homeport, or look at the log of docker.service.', detail: cause instanceof Error ? cause.message : String(cause), cause,
  })
}
