import type { Facts } from '../facts/facts.ts'
import { gatherCommand, type GatherOptions } from '../facts/gather.ts'
import { parseFacts } from '../facts/parse-facts.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'

/**
 * All facts of a server, in one exchange. With `previous` facts of the same server, pending updates are computed anew only if
 * packages changed: that is most of the script's work. Throws the codes of `Session.run`, `unreadable-answer`, `spec-invalid` and `spec-newer`.
 */
export async function gather(session: Session, resources: Resources, options: GatherOptions = {}): Promise<Facts> {
  const { stdout } = await session.run(gatherCommand(resources.text('gather.sh'), options))
  return await parseFacts(stdout, options.previous)
}
