import type { Storage } from '../../shared/storage.ts'
import { parseStorage } from '../facts/storage.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'

/** What takes the space on a server, in one exchange. Throws what `Session.run` throws and `unreadable-answer`. */
export async function readStorage(session: Session, resources: Resources): Promise<Storage> {
  const { stdout } = await session.run({ name: 'storage', script: resources.text('commands/storage.sh'), timeoutMs: 150_000 })
  return parseStorage(stdout.toString('utf8'))
}
