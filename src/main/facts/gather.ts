import type { RemoteCommand } from '../ssh/session.ts'

export interface GatherOptions {
  /** Mail servers outside to try on port 25; none are tried without. */
  readonly mailHosts?: readonly string[]
}

/** A server under load may be slow, but a minute without an answer is none. */
const timeoutMs = 60_000

/** The question; `script` is `resources/server/gather.sh`. */
export function gatherCommand(script: string, options: GatherOptions = {}): RemoteCommand {
  const hosts = options.mailHosts ?? []
  return { name: 'gather', script, args: hosts.length > 0 ? ['with-mail-check', ...hosts] : [], timeoutMs }
}
