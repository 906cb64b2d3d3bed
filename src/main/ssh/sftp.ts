import type { Duplex } from 'node:stream'
import type { Attributes, FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2'
import protocol from 'ssh2/lib/protocol/SFTP.js'
import { HomeportError } from '../../shared/errors.ts'

/** SSH_FX_* of draft-ietf-secsh-filexfer-02, as far as they are told apart. */
export type SftpStatus = 'missing' | 'denied' | 'failure' | 'unsupported'
const statuses: Readonly<Record<number, SftpStatus>> = { 2: 'missing', 3: 'denied', 8: 'unsupported' }

/** The server's answer that something cannot be done. */
export class SftpError extends Error {
  readonly status: SftpStatus
  constructor(status: SftpStatus, message: string) {
    super(message)
    this.name = 'SftpError'
    this.status = status
  }
}

/** An open file, or an open folder. */
export type SftpHandle = Buffer
export type SftpEntry = FileEntryWithStats
export type SftpStats = Stats
export type SftpAttributes = Partial<Pick<Attributes, 'mode' | 'uid' | 'gid' | 'size' | 'atime' | 'mtime'>>

/** Flags of `open`: read; write what must not be there yet; write what may be there. */
export const openFlags = { read: 0x01, create: 0x02 | 0x08 | 0x20, write: 0x02 | 0x08 } as const

/**
 * SFTP (version 3 with OpenSSH's extensions) over any pair of streams. Requests may be sent without waiting for each other:
 * the server answers them in order. All reject with SftpError, or with `connection-lost` once the line is gone.
 */
export interface Sftp {
  opendir(path: string): Promise<SftpHandle>
  /** The next entries of a folder, some hundred at a time; null at its end. */
  readdir(handle: SftpHandle): Promise<SftpEntry[] | null>
  lstat(path: string): Promise<SftpStats>
  stat(path: string): Promise<SftpStats>
  realpath(path: string): Promise<string>
  readlink(path: string): Promise<string>
  open(path: string, flags: number, mode?: number): Promise<SftpHandle>
  /** Up to `length` bytes from `offset` on; empty at the end. At most 250 KB. */
  read(handle: SftpHandle, offset: number, length: number): Promise<Buffer>
  /** At most 250 KB. */
  write(handle: SftpHandle, offset: number, data: Buffer): Promise<void>
  setAttributes(handle: SftpHandle, attributes: SftpAttributes): Promise<void>
  /** Onto the disk. */
  sync(handle: SftpHandle): Promise<void>
  close(handle: SftpHandle): Promise<void>
  mkdir(path: string, mode: number): Promise<void>
  /** Of a path itself, and not of what a link leads to. */
  setPathAttributes(path: string, attributes: SftpAttributes): Promise<void>
  unlink(path: string): Promise<void>
  rmdir(path: string): Promise<void>
  /** Never replaces anything. */
  rename(from: string, to: string): Promise<void>
  /** Replaces a file at once. */
  replace(from: string, to: string): Promise<void>
  /** Bytes that are free where a path lies. */
  freeBytes(path: string): Promise<number>
  /** The same, and how many files it takes still: null where there is no limit to that. */
  free(path: string): Promise<{ bytes: number; files: number | null }>
  /** False once the line or the server is gone. */
  readonly isOpen: boolean
  end(): void
}

/** Speaks SFTP over a stream whose other end is an SFTP server. Rejects where that is none, or ends before it answers. */
export async function openSftp(stream: Duplex): Promise<Sftp> {
  let isOpen = true
  const wire = { _protocol: {
    _remoteIdentRaw: Buffer.from('SSH-2.0-OpenSSH'), // what the server behind this stream is: it takes large packets
    channelData: (_id: number, data: Buffer) => { if (!stream.destroyed && stream.writable) stream.write(data) },
    channelClose: () => stream.destroy(),
  } }
  // The stream has a window of its own.
  const window = () => ({ id: 0, state: 'open' as const, window: Infinity, packetSize: Infinity })
  const sftp = new protocol.SFTP(wire, { type: 'sftp', incoming: window(), outgoing: window() }, {})
  const gone = () => {
    if (!isOpen) return
    isOpen = false
    sftp.push(null)
    stream.destroy()
  }
  await new Promise<void>((resolve, reject) => {
    sftp.once('ready', resolve)
    sftp.on('error', (error: Error) => { gone(); reject(error) })
    stream.on('data', (data: Buffer) => {
      try {
        sftp.push(data)
      } catch (error) { // a length that is none makes the parser stumble
        gone()
        reject(error as Error)
      }
    })
    stream.on('error', gone)
    stream.on('close', () => { gone(); reject(lineLost()) })
    stream.on('end', gone)
    sftp._init()
  })
  return { ...requests(sftp, () => isOpen), get isOpen() { return isOpen }, end: () => stream.destroy() }
}

type Done<T> = (error: Error | undefined | null, value: T) => void

function requests(sftp: SFTPWrapper, isOpen: () => boolean): Omit<Sftp, 'isOpen' | 'end'> {
  /** One request; ssh2 throws at once where the server lacks an extension. */
  const ask = <T>(send: (done: Done<T>) => void): Promise<T> => new Promise((resolve, reject) => {
    if (!isOpen()) return reject(lineLost())
    send((error, value) => { if (error == null) resolve(value); else reject(isOpen() ? problemOf(error) : lineLost()) })
  })
  const tell = async (send: (done: (error: Error | undefined | null) => void) => void): Promise<void> => { await ask<unknown>((done) => send((error) => done(error, null))) }
  const free = async (path: string) => {
    const { f_bavail: blocks, f_frsize: size, f_files: all, f_favail: files } = await ask<Record<'f_bavail' | 'f_frsize' | 'f_files' | 'f_favail', number>>((done) => sftp.ext_openssh_statvfs(path, done as never))
    return { bytes: blocks * size, files: all === 0 ? null : files }
  }
  return {
    opendir: (path) => ask((done) => sftp.opendir(path, done)),
    readdir: async (handle) => {
      try {
        return await ask<SftpEntry[]>((done) => sftp.readdir(handle as unknown as string, done as never))
      } catch (error) {
        if (error instanceof EndOfFile) return null
        throw error
      }
    },
    lstat: (path) => ask((done) => sftp.lstat(path, done)),
    stat: (path) => ask((done) => sftp.stat(path, done)),
    realpath: (path) => ask((done) => sftp.realpath(path, done)),
    readlink: (path) => ask((done) => sftp.readlink(path, done)),
    open: (path, flags, mode = 0o644) => ask((done) => sftp.open(path, flags, mode, done)),
    read: async (handle, offset, length) => {
      try {
        return await ask<Buffer>((done) => sftp.read(handle, Buffer.alloc(length), 0, length, offset, (error, count, data) => done(error, data?.subarray(0, count))))
      } catch (error) {
        if (error instanceof EndOfFile) return Buffer.alloc(0)
        throw error
      }
    },
    write: (handle, offset, data) => tell((done) => sftp.write(handle, data, 0, data.length, offset, done)),
    setAttributes: (handle, attributes) => tell((done) => sftp.fsetstat(handle, attributes as Attributes, done)),
    sync: (handle) => tell((done) => sftp.ext_openssh_fsync(handle, done)),
    close: (handle) => tell((done) => sftp.close(handle, done)),
    mkdir: (path, mode) => tell((done) => sftp.mkdir(path, { mode } as Attributes, done)),
    setPathAttributes: (path, attributes) => tell((done) => sftp.ext_openssh_lsetstat(path, attributes as Attributes, done)),
    unlink: (path) => tell((done) => sftp.unlink(path, done)),
    rmdir: (path) => tell((done) => sftp.rmdir(path, done)),
    rename: (from, to) => tell((done) => sftp.rename(from, to, done)),
    replace: (from, to) => tell((done) => sftp.ext_openssh_rename(from, to, done)),
    freeBytes: async (path) => (await free(path)).bytes,
    free,
  }
}

/** Not an error: there is no more. */
class EndOfFile extends Error {}

function problemOf(error: Error): Error {
  const code = (error as Error & { code?: unknown }).code
  if (code === 1) return new EndOfFile()
  return typeof code === 'number' ? new SftpError(statuses[code] ?? 'failure', error.message) : error
}

function lineLost(): HomeportError {
  return new HomeportError('connection-lost', 'The connection to the server was lost.', { hint: 'Homeport connects again by itself. Try again.' })
}
