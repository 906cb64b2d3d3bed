import ssh2, { type BaseAgent } from 'ssh2'
import { HomeportError } from '../../shared/errors.ts'

/** OpenSSH's agent on Windows, a service that is off until somebody starts it. */
const windowsPipe = String.raw`\\.\pipe\openssh-ssh-agent`

/** Where the SSH agent of this computer listens; null where none is known. */
export function agentPath(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string | null {
  const path = environment['SSH_AUTH_SOCK']
  if (path !== undefined && path !== '') return path
  return platform === 'win32' ? windowsPipe : null
}

/** How many keys the agent offers. Throws `agent-unavailable` where it does not answer. */
export function countAgentKeys(agent: BaseAgent): Promise<number> {
  return new Promise((resolve, reject) => {
    // The types promise a list, but ssh2 calls back with nothing but an error when the agent is gone.
    agent.getIdentities((cause: Error | null | undefined, keys: readonly unknown[] | undefined) => {
      if (cause === null || cause === undefined) resolve(keys?.length ?? 0)
      else reject(agentUnavailable('The SSH agent of this computer does not answer.', cause))
    })
  })
}

/** An agent with at least one key. Asked before the server is, so that an empty agent does not count as a failed login there. */
export async function openAgent(path: string | null): Promise<BaseAgent> {
  if (path === null) throw agentUnavailable('No SSH agent is running on this computer.')
  const agent = ssh2.createAgent(path)
  if ((await countAgentKeys(agent)) === 0) throw agentUnavailable('The SSH agent of this computer holds no key.')
  return agent
}

function agentUnavailable(message: string, cause?: Error): HomeportError {
  return new HomeportError('agent-unavailable', message, {
    hint: 'Add your key with ssh-add and try again, or choose the key file instead.',
    ...(cause === undefined ? {} : { detail: cause.message, cause }),
  })
}
