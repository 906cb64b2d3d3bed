import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Sftp } from '../../src/main/ssh/sftp.ts'
import { Steady, SteadyFile } from '../../src/main/ssh/steady.ts'
import { HomeportError } from '../../src/shared/errors.ts'

type Cut = 'before' | 'after' | null
const lost = (): HomeportError => new HomeportError('connection-lost', 'The connection was lost.')

/** A server whose line is lost at its steps as `cuts` says: before something was done, or after it and before the answer. */
function shakyServer(cuts: readonly Cut[], signal = new AbortController().signal) {
  const content = new Map<string, Buffer>()
  const told: string[] = []
  const pauses: number[] = []
  let step = 0
  let line = 0
  const connect = (): Sftp => {
    const mine = line
    const alive = (): void => { if (line !== mine) throw lost() }
    return {
      open: async (path: string) => { alive(); content.set(path, content.get(path) ?? Buffer.alloc(0)); return Buffer.from(`${mine} ${path}`) },
      write: async (handle: Buffer, offset: number, data: Buffer) => {
        alive()
        const [at, path = ''] = handle.toString().split(' ')
        if (Number(at) !== mine) throw new Error('a handle of another line')
        const before = content.get(path) ?? Buffer.alloc(0)
        const next = Buffer.alloc(Math.max(before.length, offset + data.length))
        before.copy(next)
        data.copy(next, offset)
        content.set(path, next)
      },
      sync: async () => alive(), close: async () => alive(), realpath: async (path: string) => { alive(); return path },
    } as unknown as Sftp
  }
  let sftp = connect()
  const cut = (): never => { line += 1; sftp = connect(); throw lost() }
  const steady = new Steady<{ sftp: Sftp }>({
    use: async (work) => {
      const now = cuts[step++] ?? null
      if (now === 'before') cut()
      const result = await work({ sftp })
      return now === 'after' ? cut() : result
    },
    probe: ({ sftp: used }) => used.realpath('/'), signal, pause: async (attempt) => { pauses.push(attempt) }, onLine: (state) => told.push(state),
  })
  return { steady, content, told, pauses }
}

test('writes every byte at its place, wherever the line is cut', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 30 }), fc.array(fc.constantFrom<Cut>('before', 'after', null, null, null), { maxLength: 80 }), async (pieces, cuts) => {
    const { steady, content, told } = shakyServer(cuts)
    const file = new SteadyFile(steady, '/x', 0)
    let written = 0
    const size = await file.fill(pieces, (bytes) => { written += bytes })
    await file.finish()
    const whole = Buffer.concat(pieces)
    expect(content.get('/x')?.equals(whole)).toBe(true)
    expect([size, written]).toEqual([whole.length, whole.length])
    expect(told.length % 2).toBe(0)
    expect(told.filter((_state, index) => index % 2 === 0).every((state) => state === 'lost')).toBe(true)
  }), { numRuns: 300 })
})

test('waits once for all that noticed one lost line', async () => {
  const { steady, told } = shakyServer(['before', 'before', 'before', null])
  await Promise.all([1, 2, 3].map(() => steady.run(async () => null)))
  expect(told).toEqual(['lost', 'back'])
})

test('passes on what is an answer, and stops when nobody waits any more', async () => {
  await expect(shakyServer([]).steady.run(async () => { throw new HomeportError('disk-full', 'Full.') })).rejects.toMatchObject({ code: 'disk-full' })
  const given = new AbortController()
  const running = shakyServer(Array.from({ length: 50 }, () => 'before' as const), given.signal).steady.run(async () => null)
  given.abort(new Error('closed'))
  await expect(running).rejects.toThrow('closed')
})

test('waits longer with each attempt, and passes on what will not pass by itself', async () => {
  const { steady, pauses } = shakyServer(['before', 'before', 'before', 'before'])
  await steady.run(async () => null)
  expect(pauses).toEqual([0, 1, 2])
  let tries = 0
  const locked = new Steady<null>({
    use: async () => { throw tries++ === 0 ? lost() : new HomeportError('host-key-changed', 'Another server.') },
    probe: async () => null, signal: new AbortController().signal, pause: async () => {}, onLine: () => {},
  })
  await expect(locked.run(async () => null)).rejects.toMatchObject({ code: 'host-key-changed' })
})
