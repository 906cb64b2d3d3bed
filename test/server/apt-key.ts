/** Keys of a repository of packages, good and bad, and what a run's own functions make of them on a real server. */
import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { runLibrary } from '../../src/main/compile/run.ts'
import type { TestServer } from '../testbed/index.ts'
import { on, resources } from './pipeline.ts'

/** Of test/server/fixtures/keys/right.asc; `adopting.asc` is another key that has this one for a subkey, `both.asc` has a second key beside it. */
const rightKey = 'DF566B7D603F04E9DBCD80600038E06AFB28E7D8'
const target = '/tmp/keys/trusted.asc'

/** Runs shell text after the functions of a run; gives its exit code and what it printed. */
export async function withRunLib(server: TestServer, script: string): Promise<{ code: number; said: string }> {
  await on(server, 'mkdir -p /tmp/keys && cat >/tmp/keys/lib', runLibrary(resources))
  const { code, stdout, stderr } = await server.exec(`cd /tmp/keys && bash -euo pipefail -c '. ./lib; ${script}' 2>&1`)
  return { code, said: `${stdout}${stderr}` }
}

/** What gpg finds in the file that apt would trust: the fingerprint of each key and subkey. */
async function trusted(server: TestServer, ...names: readonly string[]): Promise<string[]> {
  const files = await Promise.all(names.map((name) => readFile(new URL(`fixtures/keys/${name}.asc`, import.meta.url), 'utf8')))
  await on(server, 'mkdir -p /tmp/keys && cat >/tmp/keys/came.asc', files.join(''))
  const { code, said } = await withRunLib(server, `rm -f ${target}; trust_key came.asc ${rightKey} ${target}`)
  if (code !== 0) expect(said).toContain('The key is not the known one')
  const found = await on(server, `[ ! -e ${target} ] || GNUPGHOME=/tmp/keys gpg --show-keys --with-colons --with-subkey-fingerprint ${target} | awk -F: '$1 == "fpr" { print $10 }'`)
  return found.split('\n').filter((line) => line !== '')
}

/** The server has gpg. */
export async function expectOneKeyTrusted(server: TestServer): Promise<void> {
  expect(await trusted(server, 'right'), 'the right key').toEqual([rightKey])
  expect(await trusted(server, 'both'), 'the right key and a second one').toEqual([rightKey])
  expect(await trusted(server, 'other'), 'another key').toEqual([])
  expect(await trusted(server, 'adopting'), 'another key that says it contains the right one').toEqual([])
  expect(await trusted(server, 'adopting', 'right'), 'both of them').toEqual([])
  expect(await on(server, 'rm -rf /tmp/keys; ls -d /tmp/tmp.* 2>/dev/null || true'), 'what it used').toBe('')
}
