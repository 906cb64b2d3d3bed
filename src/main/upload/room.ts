import { HomeportError } from '../../shared/errors.ts'
import type { UploadSize } from '../../shared/files.ts'
import type { Resources } from '../resources.ts'
import type { RemoteCommand, RemoteResult, Session } from '../ssh/session.ts'

/** So commands end that find no room; what they say is for a person. */
const noRoomCode = 28
const longestReason = 500

/** Runs a command that asks for room. Throws `disk-full` with what the server says, and what `Session.run` throws. */
export async function runWithRoom(session: Session, resources: Resources, command: RemoteCommand): Promise<RemoteResult> {
  const script = `${resources.text('lib/room')}\n${command.script}`
  const result = await session.run({ ...command, script, expectedExitCodes: [0, noRoomCode] })
  if (result.exitCode === noRoomCode) throw noRoom(result.stderr.trim().split('\n').at(-1)?.slice(0, longestReason) || 'The disk of the server is full.')
  return result
}

/** Asks whether a folder of the server takes so much, before anything is sent. Throws as `runWithRoom` does. */
export async function askRoom(session: Session, resources: Resources, folder: string, { bytes, files }: UploadSize): Promise<void> {
  await runWithRoom(session, resources, { name: 'room', script: 'room "$@" || exit 28', args: [folder, String(bytes), String(files)] })
}

/** `reason`: one sentence, what is missing. */
export function noRoom(reason: string, cause?: unknown): HomeportError {
  return new HomeportError('disk-full', reason, { hint: 'Then send the files again. Nothing has changed on the server.', cause })
}
