import { expect, test } from 'vitest'
import { attemptWords, authorityName, failingSince, isForTrial, presentFailure } from '../../src/renderer/components/certificate-words.ts'
import { formatMoment } from '../../src/renderer/components/quantity.ts'
import { attemptCodes, isGood } from '../../src/shared/certificate.ts'
import { attempt, now } from './certificate-states.ts'

test('every way in which an attempt can come out has a title and a meaning, and every failure an advice', () => {
  for (const code of attemptCodes) {
    const { title, meaning, advice } = attemptWords({ code, retryAt: null })
    expect(title, code).toMatch(/^[A-Z].*[^.]$/)
    expect(meaning, code).toMatch(/^[A-Z].*\.$/)
    expect(advice !== '', code).toBe(!isGood(code))
  }
})

test('a limit of the authority says until when to wait', () => {
  expect(attemptWords({ code: 'rate-limited', retryAt: now }).advice).toContain(formatMoment(now))
  expect(attemptWords({ code: 'rate-limited', retryAt: null }).advice).toContain('wait')
})

test('only a failure that will be tried again lasts', () => {
  expect(presentFailure(null)).toBeNull()
  expect(presentFailure({ attempts: [] })).toBeNull()
  expect(presentFailure({ attempts: [attempt('renewed', 1)] })).toBeNull()
  expect(presentFailure({ attempts: [attempt('not-served', 1)] })).toBeNull()
  expect(presentFailure({ attempts: [attempt('caa', 1, 2)] })).toMatchObject({ code: 'caa' })
})

test('failing begins with the first failure after the last success', () => {
  expect(failingSince({ attempts: [attempt('caa', 9, 10), attempt('unreachable', 8, 9), attempt('issued', 5), attempt('clock', 1, 2)] })).toBe(8)
  expect(failingSince({ attempts: [attempt('caa', 9, 10), attempt('not-served', 8), attempt('caa', 7, 8)] })).toBe(9)
  expect(failingSince({ attempts: [attempt('caa', 9, 10), attempt('caa', 3, 4)] })).toBe(3)
  expect(failingSince({ attempts: [attempt('issued', 5)] })).toBeNull()
})

test('who signs is known by name, and else by the address', () => {
  expect(authorityName('https://acme-v02.api.letsencrypt.org/directory')).toBe('Let’s Encrypt')
  expect(authorityName('https://ca.example.org:14000/dir')).toBe('ca.example.org:14000')
  expect(authorityName('')).toBe('')
  expect(isForTrial('https://acme-staging-v02.api.letsencrypt.org/directory')).toBe(true)
  expect(isForTrial('https://acme-v02.api.letsencrypt.org/directory')).toBe(false)
})
