import type { RemoteCommand } from '../ssh/session.ts'
import type { AptFacts } from './facts.ts'

export interface GatherOptions {
  /** Mail servers outside to try on port 25; none are tried without. */
  readonly mailHosts?: readonly string[]
  /** Without updates they stay unknown: to compute them takes apt longer than all the rest. */
  readonly updates?: 'without'
  /** Facts from before: updates are computed anew only if packages changed since. Give them to `parseFacts` too. */
  readonly previous?: { readonly apt: AptFacts }
}

/** A server under load may be slow, but a minute without an answer is none. */
const timeoutMs = 60_000

/** The question; `script` is `resources/server/gather.sh`. */
export function gatherCommand(script: string, options: GatherOptions = {}): RemoteCommand {
  return { name: 'gather', script, args: [options.updates ?? options.previous?.apt.updatesStamp ?? '', ...(options.mailHosts ?? [])], timeoutMs }
}
