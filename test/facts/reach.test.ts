import { createServer } from 'node:net'
import { afterAll, expect, it } from 'vitest'
import { probePort, probeReach } from '../../src/main/server/reach.ts'

const server = createServer()
const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)))
afterAll(() => void server.close())

it('finds an open port', async () => expect(await probePort('127.0.0.1', port, 2000)).toBe('open'))
it('tells a refusal from silence', async () => {
  const closed = createServer()
  const free = await new Promise<number>((resolve) => closed.listen(0, '127.0.0.1', () => resolve((closed.address() as { port: number }).port)))
  await new Promise((resolve) => closed.close(resolve))
  expect(await probePort('127.0.0.1', free, 2000)).toBe('refused')
})
it('finds a name that does not exist unreachable', async () => expect(await probePort('nowhere.invalid', 80, 5000)).toBe('unreachable'))
it('tries both ports of a web server', async () => expect([...(await probeReach('127.0.0.1', 2000)).keys()]).toEqual([80, 443]))
