import { expect, test } from 'vitest'
import { Backoff } from '../../src/main/servers/backoff.ts'
import { HomeportError } from '../../src/shared/errors.ts'

const refused = new HomeportError('auth-failed', 'no')
const lost = new HomeportError('connection-timeout', 'no answer')

test('waits longer after each network failure, up to half a minute', () => {
  const backoff = new Backoff()
  const waits = Array.from({ length: 7 }, () => {
    backoff.failed(lost, 0)
    const verdict = backoff.ask(0)
    return verdict.kind === 'try' ? verdict.afterMs : null
  })
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  backoff.reset()
  expect(backoff.ask(0)).toEqual({ kind: 'try', afterMs: 0 })
})

test('a refusal is the answer for a minute, then for longer, also of a server on the way', () => {
  const backoff = new Backoff()
  backoff.failed(refused, 0)
  expect(backoff.ask(59_000)).toEqual({ kind: 'refused', error: refused })
  expect(backoff.ask(60_000)).toEqual({ kind: 'try', afterMs: 0 })
  const onTheWay = new HomeportError('jump-failed', 'no', { cause: refused })
  backoff.failed(onTheWay, 60_000)
  expect(backoff.ask(179_000)).toEqual({ kind: 'refused', error: onTheWay })
})

test('what failed before the server was called costs nothing', () => {
  const backoff = new Backoff()
  backoff.failed(new HomeportError('passphrase-needed', 'type it'), 0)
  expect(backoff.ask(0)).toEqual({ kind: 'try', afterMs: 0 })
})
