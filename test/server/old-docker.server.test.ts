/** Debian 12: its Docker is too old, and Docker's own repository cannot be reached from here. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { makeAuthority } from '../testbed/authority.ts'
import { startServer, type TestServer } from '../testbed/index.ts'
import { findOuterEnd } from '../testbed/outer-end.ts'
import { expectOneKeyTrusted } from './apt-key.ts'
import { on, Pipeline, resources } from './pipeline.ts'
import { traces } from './server-traces.ts'
import { startTokenRegistry, tokenImage } from './token-registry.ts'

let server: TestServer
let here: Pipeline
let bare: Record<string, string[]>

beforeAll(async () => {
  server = await startServer({ distribution: 'bookworm' })
  here = Pipeline.to(server)
  // Never asked, even where this computer could: the name leads nowhere at once.
  await on(server, 'echo "127.0.0.1 download.docker.com" >> /etc/hosts')
  bare = await traces(server)
})
afterAll(async () => {
  here.close()
  await server.stop()
})

it('is told by a registry that wants a token which image a tag names, without Docker, and waits for none that is silent', async () => {
  const { bind, host } = await findOuterEnd()
  const authority = await makeAuthority([host])
  const registry = await startTokenRegistry(authority, bind, host)
  onTestFinished(() => registry.stop())
  await on(server, 'cat >/tmp/authority.pem', authority.certificate)
  const { path, tag, digest } = tokenImage
  const said = await on(server, `CURL_CA_BUNDLE=/tmp/authority.pem bash -s 5 guarded:1.0 ${path} ${tag} ${registry.address} silent:1 library/silent 1 https://192.0.2.1 strange:1 library/strange 1 ${registry.address}`, resources.text('commands/image-digests.sh'))
  expect(said).toBe(`guarded:1.0 ${digest}`)
  expect(registry.asked).toContain('GET /token')
  await on(server, 'rm /tmp/authority.pem')
})

it("plans Docker's own repository on Debian 12, fails readably where it cannot be reached, and plans the rest again", async () => {
  const plan = await here.desk.plan({ kind: 'set-up' })
  const packages = plan.changes.find((change) => change.id === 'packages/system')
  expect(packages?.script).toContain('https://download.docker.com/linux/debian')
  expect(packages?.script).toContain('9DC858229FC7DD38854AE2D88D81803C0EBFCD88')
  // Docker is not here yet: the registry is asked all the same.
  expect(plan.changes.find((change) => change.id === 'image/haproxy:3.4')?.reason).toMatch(/haproxy:3\.4@sha256:[0-9a-f]{64}/)
  const { run } = await here.follow(await here.desk.approve(plan.id))
  const failed = run.steps.find((step) => step.state === 'failed')
  expect([run.outcome, failed?.id]).toEqual(['failed', 'packages/system'])
  expect(failed?.output.join('\n')).toMatch(/curl: \(\d+\).*download\.docker\.com/)
  expect(await on(server, 'ls /etc/apt/sources.list.d/homeport-docker.sources /etc/apt/keyrings/homeport-docker.asc* 2>/dev/null || true')).toBe('')
  const done = run.steps.filter((step) => step.state === 'done').flatMap((step) => step.id.split(' '))
  const left = await here.leftToDo()
  expect(left.filter((line) => done.some((id) => line.includes(` ${id}:`)))).toEqual([])
  expect(left.join('\n')).toMatch(/packages\/system: Not installed yet: Docker/)
})

// After the run above: it installed gpg, in the version of this distribution.
it('trusts one key of a file, and no other', () => expectOneKeyTrusted(server))

it('is bare again after a set-up that failed was taken back', async () => {
  await here.apply({ kind: 'uninstall', userData: 'delete' })
  await expect.poll(() => on(server, "find / -xdev -iname '*homeport*' ! -path '/proc/*' ! -path '/sys/*'"), { timeout: 15_000 }).toBe('')
  expect(await traces(server)).toEqual(bare)
})
