import type { Facts } from '../facts/facts.ts'
import { gatherCommand } from '../facts/gather.ts'
import { parseFacts } from '../facts/parse-facts.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'

/** All facts of a server, in one exchange. Throws the codes of `Session.run`, `unreadable-answer`, `spec-invalid` and `spec-newer`. */
export async function gather(session: Session, resources: Resources, mailHosts: readonly string[] = []): Promise<Facts> {
  const { stdout } = await session.run(gatherCommand(resources.text('gather.sh'), { mailHosts }))
  return await parseFacts(stdout)
}
