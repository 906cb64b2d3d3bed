import { expect, test } from 'vitest'
import { counted, fingerprintGroups, formatAgo, formatBytes, formatDuration, formatElapsed, releaseName } from '../../src/renderer/components/quantity.ts'

test('bytes have one digit after the point where it says something', () => {
  expect([0, 999, 1000, 12_400_000, 99_600, 999_950, 40_300_000_000].map(formatBytes)).toEqual(['0 B', '999 B', '1 kB', '12.4 MB', '100 kB', '1 MB', '40.3 GB'])
})

test('elapsed time reads like a stopwatch and is never negative', () => {
  expect([-5, 8000, 67_000, 7_391_000].map(formatElapsed)).toEqual(['0 s', '8 s', '1:07 min', '2:03:11 h'])
})

test('durations name their largest unit', () => {
  expect([30, 60, 3599, 7200, 86_400 * 9].map(formatDuration)).toEqual(['less than a minute', '1 minute', '59 minutes', '2 hours', '9 days'])
})

test('moments are told from now, in both directions', () => {
  const now = 1_000_000_000
  expect([now, now - 60_000, now - 7_300_000, now + 240_000, now + 20_000].map((at) => formatAgo(at, now))).toEqual(['just now', '1 minute ago', '2 hours ago', 'in 4 minutes', 'in a moment'])
})

test('one is singular, everything else plural', () => {
  expect([0, 1, 2].map((count) => counted(count, 'site'))).toEqual(['0 sites', '1 site', '2 sites'])
  expect(counted(3, 'thing is', 'things are')).toBe('3 things are')
})

test('a fingerprint falls into groups of four that together are all of it', () => {
  const sha256 = 'SHA256:Nf1bZqEwVh4dKx0JcS2r9mUuTt6AaPpLl8Yy3Gg5Oo7'
  expect(fingerprintGroups(sha256)[0]).toBe('Nf1b')
  expect(`SHA256:${fingerprintGroups(sha256).join('')}`).toBe(sha256)
})

test('versions are named by their short commit or the moment of their upload', () => {
  expect(releaseName('3f9c2a71d5b84e60a1c7f2e9d80b4c6a5e1f7d32')).toBe('3f9c2a7')
  expect(releaseName('u20261120143000-a1b2c3d4')).toBe('Upload of 2026-11-20 14:30 UTC')
})
