import { HomeportError } from '../../shared/errors.ts'
import type { UploadSize } from '../../shared/files.ts'
import type { ReleaseId } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'
import type { SocketSession } from '../ssh/session.ts'
import { SftpLine, type SftpTool } from '../ssh/sftp-line.ts'
import { openSftpCommand } from '../ssh/sftp-command.ts'
import { openFlags, SftpError } from '../ssh/sftp.ts'
import { Steady, SteadyFile } from '../ssh/steady.ts'
import { askRoom, noRoom, runWithRoom } from './room.ts'

/** An archive of up to this many bytes is kept in memory and sent in one exchange, again as a whole after a lost line. */
const smallBytes = 4 * 1024 * 1024
const uploads = '/var/lib/homeport/uploads'
const leastFreeBytes = 16 * 1024 * 1024

/** Where an upload goes, and what happens where the line is lost. */
export interface UploadTarget {
  session(): Promise<SocketSession>
  readonly resources: Resources
  readonly signal: AbortSignal
  /** Waits before the next attempt to reach the server. */
  pause(attempt: number): Promise<void>
  onLine(state: 'lost' | 'back'): void
  /** What all files have, where that is known before they are sent. */
  readonly expected?: UploadSize | undefined
}

/** Stores an archive that comes in pieces, and unpacks it on the server. A small one takes one exchange. `packed` is right once the archive is at its end. */
export async function storeArchive(target: UploadTarget, release: ReleaseId, archive: AsyncGenerator<Buffer>, packed: UploadSize): Promise<void> {
  const first: Buffer[] = []
  let size = 0
  let isWhole = false
  while (size <= smallBytes && !isWhole) {
    const next = await archive.next()
    if (next.done === true) { isWhole = true; continue }
    first.push(next.value)
    size += next.value.length
  }
  if (isWhole) return await storeSmall(target, release, Buffer.concat(first), packed)
  // It lies there twice for a moment, packed and unpacked.
  const { expected } = target
  if (expected !== undefined) await steadySession(target).run((session) => askRoom(session, target.resources, uploads, { bytes: expected.bytes * 2, files: expected.files }))
  const line = new SftpLine(() => openUploads(target), 60_000)
  try {
    await storeLarge(target, release, line, follow(first, archive), packed)
  } finally {
    line.close()
  }
}

async function storeSmall(target: UploadTarget, release: ReleaseId, content: Buffer, packed: UploadSize): Promise<void> {
  await steadySession(target).run((session) => unpack(session, target, [release, String(packed.bytes), String(packed.files)], content))
}

/** Commands that may be run twice, again after a lost line. */
function steadySession(target: UploadTarget): Steady<SocketSession> {
  return new Steady({ ...target, use: async (step) => await step(await target.session()), probe: (session) => session.run({ name: 'probe', script: 'true' }) })
}

/**
 * Each piece is written at its place in a file, and acknowledged: after a lost line, those without an answer are written
 * again. An older connection that still hangs can only write what is there already.
 */
async function storeLarge(target: UploadTarget, release: ReleaseId, line: SftpLine<null>, content: AsyncIterable<Buffer>, packed: UploadSize): Promise<void> {
  const steady = new Steady<SftpTool<null>>({ ...target, use: (step) => line.use(step), probe: ({ sftp }) => sftp.realpath(uploads) })
  const part = `${uploads}/.${release}.part`
  try {
    const file = new SteadyFile(steady, part, openFlags.write)
    const size = await file.fill(content, () => {})
    await file.finish()
    await steady.run(async () => await unpack(await target.session(), target, [release, String(packed.bytes), String(packed.files), part, String(size)]))
  } catch (error) {
    throw await line.use(async ({ sftp }) => {
      const isFull = error instanceof SftpError && (await sftp.freeBytes(uploads)) < leastFreeBytes
      await sftp.unlink(part).catch((gone: unknown) => { if (!(gone instanceof SftpError && gone.status === 'missing')) throw gone })
      return isFull ? noRoom('The disk of the server is full: make room on it.', error) : error
    }).catch(() => error).then((problem: unknown) => (problem instanceof SftpError ? refused(problem) : problem)) // what is left of it goes after a day
  }
}

async function unpack(session: SocketSession, { resources }: UploadTarget, args: readonly string[], input?: Buffer): Promise<void> {
  const script = `${resources.text('commands/uploads.sh')}\n${resources.text('commands/store-upload.sh')}`
  await runWithRoom(session, resources, { name: 'store-upload', script, args, ...(input === undefined ? {} : { input }) })
}

async function openUploads(target: UploadTarget): Promise<SftpTool<null>> {
  const session = await target.session()
  return { sftp: await openSftpCommand(session, { name: 'open-uploads', script: `set -eu\n${target.resources.text('commands/uploads.sh')}\n${target.resources.text('commands/open-uploads.sh')}` }), place: null }
}

async function* follow(first: readonly Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield* first
  yield* rest
}

function refused(cause: SftpError): HomeportError {
  return new HomeportError('command-failed', 'The server did not take the files.', { hint: 'The details show what it said. Send the files again.', detail: cause.message, cause })
}
