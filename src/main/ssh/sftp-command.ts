import type { RemoteCommand, SocketSession } from './session.ts'
import { openSftp, type Sftp } from './sftp.ts'

/**
 * Starts a command that is an SFTP server, and speaks with it. Rejects with `command-failed` and what the command said where it
 * cannot start, and with `connection-lost`.
 */
export async function openSftpCommand(session: SocketSession, command: Omit<RemoteCommand, 'input' | 'timeoutMs'>): Promise<Sftp> {
  try {
    return await openSftp(await session.openDuplex(command))
  } catch (error) {
    // What it said is lost with its channel. Started again with nothing to do, it says it once more, or the line is gone.
    await session.run({ ...command, input: '' })
    throw error
  }
}
