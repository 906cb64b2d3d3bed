import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { offerAlgorithms } from '../../src/main/ssh/algorithms.ts'
import { describeHostKey, hostKeyChanged, judgeHostKey } from '../../src/main/ssh/host-key.ts'

const key = { host: 'a.example', port: 22, type: 'ssh-ed25519', sha256: 'SHA256:one' }
const other = { ...key, sha256: 'SHA256:two' }

test.each(['ed25519', 'ecdsa', 'rsa'])('gives the fingerprint of a key of type %s as ssh-keygen prints it', (type) => {
  const folder = mkdtempSync(join(tmpdir(), 'homeport-key-'))
  const path = join(folder, 'key')
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', path])
  const [name = '', blob = ''] = readFileSync(`${path}.pub`, 'utf8').split(' ')
  const printed = execFileSync('ssh-keygen', ['-lf', `${path}.pub`], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  const described = describeHostKey('h', 22, Buffer.from(blob, 'base64'))
  expect(described.type).toBe(name)
  expect(printed).toContain(` ${described.sha256} `)
})

test('a pinned key passes, an unknown host is shown, consent to exactly this key is taken', () => {
  expect(judgeHostKey(key, [key], undefined)).toEqual({ kind: 'pinned' })
  expect(judgeHostKey(key, [], undefined)).toEqual({ kind: 'unknown', key })
  expect(judgeHostKey(key, [], other.sha256)).toEqual({ kind: 'unknown', key })
  expect(judgeHostKey(key, [], key.sha256)).toEqual({ kind: 'accepted', key })
})

test('a changed key stays changed, even with consent to it', () => {
  expect(judgeHostKey(other, [key], other.sha256)).toEqual({ kind: 'changed', key: other, pinned: [key] })
})

test('a key pinned for another host or port says nothing about this one', () => {
  expect(judgeHostKey(key, [{ ...key, host: 'b.example' }, { ...key, port: 2222 }], undefined).kind).toBe('unknown')
})

test('the error of a changed key names both fingerprints and the way out', () => {
  const error = hostKeyChanged(other, [key])
  expect(error.message).toContain('SHA256:one')
  expect(error.message).toContain('SHA256:two')
  expect(error.detail).toContain('SHA256:one')
  expect(error.hint).toContain('forget this server')
})

test('offers the types of pinned keys first, and nothing of SHA-1, DSA or chacha20', () => {
  expect(offerAlgorithms([]).serverHostKey).toMatchObject(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'rsa-sha2-512', 'rsa-sha2-256'])
  expect(offerAlgorithms(['ssh-rsa']).serverHostKey).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'])
  expect(JSON.stringify(offerAlgorithms([]))).not.toMatch(/sha1|ssh-rsa|dss|chacha|cbc/)
})
