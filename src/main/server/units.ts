import type { UnitDetail } from '../../shared/units.ts'
import { parseUnitDetails } from '../facts/unit-details.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'

/** Homeport's units on a server, as systemd knows them, in one exchange. Throws what `Session.run` throws and `unreadable-answer`. */
export async function readUnits(session: Session, resources: Resources): Promise<UnitDetail[]> {
  const { stdout } = await session.run({ name: 'units', script: resources.text('commands/units.sh'), timeoutMs: 60_000 })
  return await parseUnitDetails(stdout)
}
