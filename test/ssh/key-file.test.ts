import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { expandHome, readKeyFile } from '../../src/main/ssh/key-file.ts'
import { Secret } from '../../src/main/ssh/secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'homeport-keys-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function make(name: string, ...options: string[]): string {
  const path = join(folder, name)
  execFileSync('ssh-keygen', ['-q', '-f', path, ...options])
  return path
}
const codeOf = (path: string, passphrase?: string) => readKeyFile(path, passphrase === undefined ? undefined : new Secret(passphrase)).then(() => 'read', (error: { code: string }) => error.code)

test.each([
  ['ed25519', ['-t', 'ed25519']], ['ecdsa', ['-t', 'ecdsa']], ['rsa', ['-t', 'rsa']], ['pem', ['-t', 'rsa', '-m', 'PEM']],
])('reads a key of kind %s, open and with a passphrase', async (kind, options) => {
  expect(await codeOf(make(`${kind}-open`, '-N', '', ...options))).toBe('read')
  const locked = make(`${kind}-locked`, '-N', 'open sesame', ...options)
  expect(await codeOf(locked)).toBe('passphrase-needed')
  expect(await codeOf(locked, 'wrong')).toBe('passphrase-wrong')
  expect(await codeOf(locked, 'open sesame')).toBe('read')
})

test('a passphrase for a key that has none does no harm', async () => {
  expect(await codeOf(make('open', '-t', 'ed25519', '-N', ''), 'whatever')).toBe('read')
})

test('what is not a private key is told', async () => {
  const path = join(folder, 'text')
  writeFileSync(path, 'hello')
  expect(await codeOf(path)).toBe('key-file-invalid')
  expect(await codeOf(join(folder, 'absent'))).toBe('key-file-unreadable')
})

test('a path with ~ is that of the person', () => {
  expect([expandHome('~/.ssh/id', '/home/ana'), expandHome('~', '/home/ana'), expandHome('~bob/x', '/home/ana'), expandHome('/etc/x', '/home/ana')]).toEqual(['/home/ana/.ssh/id', '/home/ana', '~bob/x', '/etc/x'])
})
