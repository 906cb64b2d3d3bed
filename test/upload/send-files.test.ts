import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { expect, it } from 'vitest'
import { loadResources } from '../../src/main/resources.ts'
import type { RemoteCommand, Session } from '../../src/main/ssh/session.ts'
import { sendFiles } from '../../src/main/upload/send-files.ts'
import type { UploadEntry } from '../../src/main/upload/entry-path.ts'
import { HomeportError } from '../../src/shared/errors.ts'
import { ReleaseId } from '../../src/shared/spec.ts'
import { collect } from './collect.ts'

const resources = loadResources('resources')

/** A server that only takes one command; `take` reads its standard input as it likes. */
function sessionThat(take: (input: Readable, command: RemoteCommand) => Promise<void>): Session {
  return {
    run: async (command) => {
      await take(command.input as Readable, command)
      return { stdout: Buffer.alloc(0), stderr: '', exitCode: 0 }
    },
    open: () => Promise.reject(new Error('not here')), sudo: 'root', exchanges: 0, host: 'here', onClosed: () => () => {}, close: () => {},
  }
}
/** A server that unpacks what it gets, as tar does: an archive that ends too early is refused. */
function unpackingSession(): { session: Session; files: Map<string, string>; commands: RemoteCommand[] } {
  const files = new Map<string, string>()
  const commands: RemoteCommand[] = []
  const session = sessionThat(async (input, command) => {
    commands.push(command)
    const bytes = Buffer.concat(await collect(input as AsyncIterable<Buffer>))
    const tar = gunzipSync(bytes) // throws where the stream was cut
    if (!tar.subarray(-1024).equals(Buffer.alloc(1024))) throw new HomeportError('command-failed', 'tar: Unexpected EOF')
    const unpack = extract()
    unpack.end(tar)
    for await (const entry of unpack) files.set(entry.header.name, Buffer.concat(await collect(entry as AsyncIterable<Buffer>)).toString())
  })
  return { session, files, commands }
}
const entry = (path: string, content: string, sizeBytes = Buffer.byteLength(content)): UploadEntry => ({ path, sizeBytes, content: Readable.from([Buffer.from(content)].filter((chunk) => chunk.length > 0)) })
async function* each(...entries: UploadEntry[]): AsyncGenerator<UploadEntry> { yield* entries }

it('sends all files in one exchange and says what was sent', async () => {
  const { session, files, commands } = unpackingSession()
  const told: number[] = []
  const stored = await sendFiles(session, each(entry('index.html', '<h1>'), entry('a/für.txt', 'ä'), entry('empty', ''), entry('.git/config', 'secret')), resources, (bytes) => told.push(bytes))
  expect(Object.fromEntries(files)).toEqual({ 'index.html': '<h1>', 'a/für.txt': 'ä', empty: '' })
  expect(stored).toMatchObject({ files: 3, bytes: 6, hasIndex: true })
  expect(ReleaseId.parse(stored.release)).toBe(stored.release)
  expect(commands).toMatchObject([{ name: 'store-upload', args: [stored.release], script: resources.text('commands/store-upload.sh') }])
  expect(told).toEqual([4, 6])
})

it.each([[['a/index.html'], false], [['index.htm'], true], [['INDEX.HTML'], false]])('of %j says whether it has a first page: %s', async (paths, hasIndex) => {
  expect(await sendFiles(unpackingSession().session, each(...paths.map((path) => entry(path, 'x'))), resources)).toMatchObject({ hasIndex })
})

it.each<[string, AsyncIterable<UploadEntry>, string]>([
  ['there are none', each(), 'upload-invalid'], ['there is only clutter', each(entry('.DS_Store', 'x')), 'upload-invalid'], ['a path leads out', each(entry('a', 'x'), entry('../b', 'x')), 'upload-invalid'],
  ['a file grows meanwhile', each(entry('a', 'long', 2)), 'upload-interrupted'], ['a file shrinks meanwhile', each(entry('a', 'x', 2)), 'upload-interrupted'],
  ['reading them fails', (async function* () { yield entry('a', 'x'); throw new HomeportError('upload-interrupted', 'gone') })(), 'upload-interrupted'],
])('when %s, tells the reason and leaves the server with a stream that it refuses', async (_what, entries, code) => {
  const { session, files } = unpackingSession()
  let refused: unknown = null
  const watched: Session = { ...session, run: async (command) => await session.run(command).catch((error: unknown) => { refused = error; throw error }) }
  await expect(sendFiles(watched, entries, resources)).rejects.toMatchObject({ code })
  expect(refused).not.toBeNull()
  expect(files.size).toBe(0)
})

it('tells that the line was lost, and not that the stream broke because of it', async () => {
  const session = sessionThat(async (input) => {
    input.resume()
    await pause(10)
    input.destroy()
    throw new HomeportError('connection-lost', 'The line was lost.')
  })
  async function* slowly(): AsyncGenerator<UploadEntry> { for (let index = 0; index < 200; index++) { await pause(1); yield entry(`f${index}`, 'x'.repeat(1000)) } }
  await expect(sendFiles(session, slowly(), resources)).rejects.toMatchObject({ code: 'connection-lost' })
})

it('says that the server stopped taking files, when it refused at once too', async () => {
  const session = sessionThat(() => Promise.reject(new HomeportError('command-failed', 'No space left on device')))
  await expect(sendFiles(session, each(entry('a', 'x')), resources)).rejects.toMatchObject({ code: 'upload-interrupted', message: 'The server stopped taking the files.' })
})

it('reads no faster than the server takes', async () => {
  let read = 0
  const chunk = Buffer.alloc(64 * 1024)
  const noise = Buffer.from(Array.from({ length: chunk.length }, () => Math.floor(Math.random() * 256)))
  async function* content(): AsyncGenerator<Uint8Array> { for (let index = 0; index < 500; index++) { read++; yield noise } }
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => { release = resolve })
  const session = sessionThat(async (input) => {
    await gate
    input.resume()
    await new Promise((resolve) => { input.on('end', resolve) })
  })
  const sent = sendFiles(session, each({ path: 'big', sizeBytes: 500 * noise.length, content: content() }), resources)
  await pause(150)
  // What is on the way between here and there are the buffers of packing and compressing.
  expect(read).toBeLessThan(20)
  release()
  expect(await sent).toMatchObject({ files: 1, bytes: 500 * noise.length })
})
