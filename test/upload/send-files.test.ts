import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { expect, it } from 'vitest'
import { loadResources } from '../../src/main/resources.ts'
import type { RemoteCommand, SocketSession } from '../../src/main/ssh/session.ts'
import { packFiles } from '../../src/main/upload/pack.ts'
import { sendFiles } from '../../src/main/upload/send-files.ts'
import type { UploadTarget } from '../../src/main/upload/store-archive.ts'
import type { UploadEntry } from '../../src/main/upload/entry-path.ts'
import { HomeportError } from '../../src/shared/errors.ts'
import { ReleaseId } from '../../src/shared/spec.ts'
import { collect } from './collect.ts'

const resources = loadResources('resources')

/** A server that takes one command, reached by a session of its own each time; `take` gets its standard input. */
function targetThat(take: (input: Buffer, command: RemoteCommand) => Promise<void>, more: Partial<UploadTarget> = {}): UploadTarget {
  const session = {
    run: async (command: RemoteCommand) => {
      if (command.name !== 'probe') await take(command.input as Buffer, command)
      return { stdout: Buffer.alloc(0), stderr: '', exitCode: 0 }
    },
  } as unknown as SocketSession
  return { session: async () => session, resources, signal: new AbortController().signal, pause: async () => {}, onLine: () => {}, ...more }
}
/** A server that unpacks what it gets, as tar does: an archive that ends too early is refused. */
function unpackingTarget(): { target: UploadTarget; files: Map<string, string>; commands: RemoteCommand[] } {
  const files = new Map<string, string>()
  const commands: RemoteCommand[] = []
  const target = targetThat(async (input, command) => {
    commands.push(command)
    const tar = gunzipSync(input) // throws where it was cut
    if (!tar.subarray(-1024).equals(Buffer.alloc(1024))) throw new HomeportError('command-failed', 'tar: Unexpected EOF')
    const unpack = extract()
    unpack.end(tar)
    for await (const entry of unpack) files.set(entry.header.name, Buffer.concat(await collect(entry as AsyncIterable<Buffer>)).toString())
  })
  return { target, files, commands }
}
const entry = (path: string, content: string, sizeBytes = Buffer.byteLength(content)): UploadEntry => ({ path, sizeBytes, content: Readable.from([Buffer.from(content)].filter((chunk) => chunk.length > 0)) })
async function* each(...entries: UploadEntry[]): AsyncGenerator<UploadEntry> { yield* entries }

it('sends all files in one exchange and says what was sent', async () => {
  const { target, files, commands } = unpackingTarget()
  const told: number[] = []
  const stored = await sendFiles(target, each(entry('index.html', '<h1>'), entry('a/für.txt', 'ä'), entry('empty', ''), entry('.git/config', 'secret')), (bytes) => told.push(bytes))
  expect(Object.fromEntries(files)).toEqual({ 'index.html': '<h1>', 'a/für.txt': 'ä', empty: '' })
  expect(stored).toMatchObject({ files: 3, bytes: 6, hasIndex: true })
  expect(ReleaseId.parse(stored.release)).toBe(stored.release)
  expect(commands).toMatchObject([{ name: 'store-upload', args: [stored.release, '6', '3'], script: ['lib/room', 'commands/uploads.sh', 'commands/store-upload.sh'].map((name) => resources.text(name)).join('\n') }])
  expect(told).toEqual([4, 6])
})

it.each([[['a/index.html'], false], [['index.htm'], true], [['INDEX.HTML'], false]])('of %j says whether it has a first page: %s', async (paths, hasIndex) => {
  expect(await sendFiles(unpackingTarget().target, each(...paths.map((path) => entry(path, 'x'))))).toMatchObject({ hasIndex })
})

it.each<[string, AsyncIterable<UploadEntry>, string]>([
  ['there are none', each(), 'upload-invalid'], ['there is only clutter', each(entry('.DS_Store', 'x')), 'upload-invalid'], ['a path leads out', each(entry('a', 'x'), entry('../b', 'x')), 'upload-invalid'],
  ['a file grows meanwhile', each(entry('a', 'long', 2)), 'upload-interrupted'], ['a file shrinks meanwhile', each(entry('a', 'x', 2)), 'upload-interrupted'],
  ['reading them fails', (async function* () { yield entry('a', 'x'); throw new HomeportError('upload-interrupted', 'gone') })(), 'upload-interrupted'],
])('when %s, tells the reason and asks the server for nothing', async (_what, entries, code) => {
  const { target, commands } = unpackingTarget()
  await expect(sendFiles(target, entries)).rejects.toMatchObject({ code })
  expect(commands).toEqual([])
})

it('sends it again after a lost line, and says that it was lost and is back', async () => {
  const told: string[] = []
  const got: Buffer[] = []
  const target = targetThat(async (input) => { if (got.push(input) === 1) throw new HomeportError('connection-lost', 'The line was lost.') }, { onLine: (state) => told.push(state) })
  await sendFiles(target, each(entry('a', 'x')))
  expect(told).toEqual(['lost', 'back'])
  expect(got).toHaveLength(2)
  expect(got[0]?.equals(got[1] ?? Buffer.alloc(0))).toBe(true)
})

it('passes on why the server refuses', async () => {
  const target = targetThat(() => Promise.reject(new HomeportError('command-failed', 'No space left on device')))
  await expect(sendFiles(target, each(entry('a', 'x')))).rejects.toMatchObject({ code: 'command-failed', message: 'No space left on device' })
})

it('reads no faster than the server takes', async () => {
  let read = 0
  const noise = randomBytes(64 * 1024)
  async function* content(): AsyncGenerator<Uint8Array> { for (let index = 0; index < 500; index++) { read++; yield noise } }
  const packed = packFiles(each({ path: 'big', sizeBytes: 500 * noise.length, content: content() }), { files: 0, bytes: 0, hasIndex: false }, () => {})
  await packed.next()
  await pause(100)
  // What is on the way between here and there are the buffers of packing and compressing.
  expect(read).toBeLessThan(20)
  await packed.return(undefined)
})
