import { expect, it } from 'vitest'
import { watchNames, type WatchOptions } from '../../src/main/dns/watch.ts'
import { DnsReport } from '../../src/shared/dns-report.ts'
import { apex, serverV4, useWorld } from './world.ts'

const world = useWorld()

/** Watches for so many looks; `between` is called after each. */
async function watched(names: readonly string[], looks: number, between: (look: number) => void = () => {}): Promise<{ reports: DnsReport[]; pauses: number[] }> {
  const stop = new AbortController()
  const reports: DnsReport[] = []
  const pauses: number[] = []
  const options: WatchOptions = {
    ...world().options, signal: stop.signal,
    emit: (report) => void reports.push(DnsReport.parse(report)),
    pause: async (ms) => {
      pauses.push(ms)
      if (reports.length === looks) stop.abort()
      between(reports.length)
    },
  }
  await watchNames(names, serverV4, options)
  return { reports, pauses }
}

it('looks more seldom while nothing changes, and sooner after a change', async () => {
  world().set('example.org', apex({}))
  const { reports, pauses } = await watched(['example.org'], 9, (look) => { if (look === 7) world().set('example.org', apex({ a: ['203.0.113.10'] })) })
  expect(pauses).toEqual([10_000, 15_000, 22_500, 33_750, 50_625, 60_000, 60_000, 5000, 7500])
  expect(reports.map(({ names }) => names[0]?.verdict)).toEqual([...Array(7).fill('missing'), 'here', 'here'])
})

it('does not take a lifetime that runs down for a change', async () => {
  world().set('example.org', apex({ a: ['203.0.113.10'] }))
  const { pauses, reports } = await watched(['example.org'], 3, (look) => world().resolvers[0].set('example.org', apex({ a: ['198.51.100.1'], ttl: 600 - look * 200 })))
  expect(reports.map(({ names }) => names[0]?.message.match(/up to \d+/)?.[0])).toEqual([undefined, 'up to 7', 'up to 4'])
  expect(pauses).toEqual([10_000, 5000, 7500])
})

it('keeps the order of the names, and asks about all of many', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `n${index}.example.org`)
  for (const [index, name] of names.entries()) world().set(name, { a: [index % 2 === 0 ? '203.0.113.10' : '198.51.100.1'] })
  const { reports: [report] } = await watched(names, 1)
  expect(report?.names.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual(names.map((name, index) => `${name} ${index % 2 === 0 ? 'here' : 'elsewhere'}`))
})

it('ends at once with the signal, in the middle of a look, and says no more', async () => {
  for (const one of world().resolvers) one.behave('silent')
  const stop = new AbortController()
  const reports: DnsReport[] = []
  const startedAt = performance.now()
  setTimeout(() => stop.abort(), 50)
  await watchNames(['example.org'], serverV4, { ...world().options, signal: stop.signal, emit: (report) => void reports.push(report) })
  expect(performance.now() - startedAt).toBeLessThan(1000)
  expect(reports).toEqual([])
})

it('ends at once with the signal while it waits', async () => {
  world().set('example.org', apex({}))
  const stop = new AbortController()
  const startedAt = performance.now()
  await watchNames(['example.org'], serverV4, { ...world().options, signal: stop.signal, emit: () => void setTimeout(() => stop.abort(), 20) })
  expect(performance.now() - startedAt).toBeLessThan(5000)
})

it('tells a fault of the one who listens', async () => {
  world().set('example.org', apex({}))
  await expect(watchNames(['example.org'], serverV4, { ...world().options, signal: new AbortController().signal, emit: () => Promise.reject(new Error('the window is gone')) })).rejects.toThrow('the window is gone')
})
