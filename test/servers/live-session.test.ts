import { expect, test, vi } from 'vitest'
import { LiveSession } from '../../src/main/servers/live-session.ts'
import type { SocketSession } from '../../src/main/ssh/session.ts'
import { HomeportError } from '../../src/shared/errors.ts'

/** A session of which only the life counts. */
function fakeSession(): SocketSession & { lose(): void; isOpen: boolean } {
  const listeners = new Set<(error: Error | null) => void>()
  const end = (error: Error | null) => {
    fake.isOpen = false
    for (const listener of listeners) listener(error)
    listeners.clear()
  }
  const unused = () => { throw new Error('not used here') }
  const fake = {
    isOpen: true, sudo: 'root' as const, exchanges: 1, host: 'h', run: unused, open: unused, openSocket: unused, openDuplex: unused,
    onClosed: (listener: (error: Error | null) => void) => { listeners.add(listener); return () => void listeners.delete(listener) },
    close: () => end(null), lose: () => end(new Error('lost')),
  }
  return fake
}

test('many who ask at once share one login, and the connection stays', async () => {
  const open = vi.fn(async () => fakeSession())
  const live = new LiveSession(open)
  const [first, second] = await Promise.all([live.session(), live.session()])
  expect(first).toBe(second)
  expect(await live.session()).toBe(first)
  expect(open).toHaveBeenCalledTimes(1)
})

test('after a loss the next who asks logs in anew', async () => {
  const made: ReturnType<typeof fakeSession>[] = []
  const live = new LiveSession(async () => { const session = fakeSession(); made.push(session); return session })
  await live.session()
  made[0]?.lose()
  expect(await live.session()).toBe(made[1])
})

test('waits before it calls again a server that did not answer', async () => {
  const open = vi.fn<() => Promise<SocketSession>>().mockRejectedValueOnce(new HomeportError('connection-refused', 'no')).mockResolvedValue(fakeSession())
  const live = new LiveSession(open)
  await expect(live.session()).rejects.toThrow('no')
  const next = live.session()
  expect(open).toHaveBeenCalledTimes(1)
  await next
  expect(open).toHaveBeenCalledTimes(2)
})

test('a connection that a person made takes the place of the old one', async () => {
  const older = fakeSession()
  const newer = fakeSession()
  const live = new LiveSession(async () => older)
  await live.session()
  live.adopt(newer)
  expect(await live.session()).toBe(newer)
  expect([older.isOpen, newer.isOpen]).toEqual([false, true])
})

test('a person who connects while the app waits need not wait', async () => {
  const open = vi.fn<() => Promise<SocketSession>>().mockRejectedValue(new HomeportError('connection-refused', 'no'))
  const live = new LiveSession(open)
  await expect(live.session()).rejects.toThrow('no')
  const waiting = live.session()
  const session = fakeSession()
  live.adopt(session)
  expect(await waiting).toBe(session)
  expect(open).toHaveBeenCalledTimes(1)
})

test('closing ends the waiting, and closes a connection that comes too late', async () => {
  const late = fakeSession()
  let arrive: (session: SocketSession) => void = () => {}
  const live = new LiveSession(() => new Promise((resolve) => { arrive = resolve }))
  const waiting = live.session().catch((error: unknown) => error)
  live.close()
  arrive(late)
  expect(await waiting).toMatchObject({ code: 'connection-lost' })
  expect(late.isOpen).toBe(false)
})
