/** What a build may take of a server whose limits hold: it is stopped, and everything else goes on. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startGitServer, startServer, type GitServer, type TestServer } from '../testbed/index.ts'
import { appSource, buildSource, draftOf } from './app-site.ts'
import { on, Pipeline } from './pipeline.ts'
import { visit } from './visitor.ts'

let server: TestServer
let git: GitServer
let here: Pipeline
const neighbour = 'neighbour.example.test'
const greedy = 'greedy.example.test'

beforeAll(async () => {
  ;[server, git] = await Promise.all([startServer({ hasLimits: true }), startGitServer()])
  here = Pipeline.to(server)
  await here.addSite({ domain: neighbour, source: appSource({ VERSION: 'quick' }) })
})
afterAll(async () => {
  here.close()
  await Promise.all([server.stop(), git.stop()])
})

/** Milliseconds that the slowest of all requests took, while something goes on. */
async function slowestWhile(work: Promise<unknown>): Promise<number> {
  let isOver = false
  void work.then(() => { isOver = true }, () => { isOver = true })
  let slowest = 0
  while (!isOver) {
    const begun = performance.now()
    expect((await visit(server.host, neighbour)).status).toBe(200)
    slowest = Math.max(slowest, performance.now() - begun)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return slowest
}

it('stops a build that fills the memory, says so, and other sites answer meanwhile', async () => {
  // tail keeps what has no line break.
  await git.secure.trust(server)
  await git.createRepo('greedy', { Dockerfile: 'FROM debian:trixie-slim\nRUN tail /dev/zero\nCMD ["sleep", "1000"]\n' })
  const adding = here.addSite({ domain: greedy, source: buildSource(git.secure.url('greedy'), { limits: { memoryMb: 256, minutes: 2 } }) }).catch((error: Error) => error)
  const slowest = await slowestWhile(adding)
  expect(String(await adding)).toContain('needed more memory than it may take (256 MB)')
  expect((await here.facts()).sites.get(greedy)?.deploy).toMatchObject({ ok: false, stage: 'build', error: expect.stringContaining('256 MB') as string })
  expect(await on(server, 'pgrep -fx "tail /dev/zero" || true')).toBe('')
  expect(slowest).toBeLessThan(3000)
  console.warn(`the slowest request to the neighbour took ${Math.round(slowest)} ms`)
})

it('leaves a container no more memory than its settings say', async () => {
  await here.apply({ kind: 'change-site', siteId: neighbour, draft: draftOf(neighbour, appSource({ VERSION: 'small' }, { memoryMb: 64 })) }).catch((error: Error) => error)
  const name = await on(server, `docker ps --format '{{.Names}}' --filter name=homeport-${neighbour}-`)
  expect(await on(server, `docker exec ${name} cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || docker exec ${name} cat /sys/fs/cgroup/memory.max`)).toBe(String(64 * 1024 * 1024))
})

// The last one: what it leaves unbuilt would be tried once more with the next change.
it('ends a build that fills the disk, says so, and takes away what it wrote', async () => {
  const folder = '/var/lib/docker/homeport-builds'
  const freeMb = async (): Promise<number> => Number(await on(server, `df --block-size=1M --output=avail ${folder} | tail -n 1`))
  // It would be tried once more with the next change.
  await here.apply({ kind: 'remove-site', siteId: greedy, data: 'delete' })
  await on(server, `mkdir -p ${folder} && mount -t tmpfs -o size=2300m tmpfs ${folder}`)
  try {
    await git.createRepo('filler', { Dockerfile: 'FROM debian:trixie-slim\nRUN head -c 1300M /dev/zero >/filler && sleep infinity\n' })
    const adding = here.addSite({ domain: 'filler.example.test', source: buildSource(git.secure.url('filler'), { limits: { memoryMb: 4000, minutes: 3 } }) }).catch((error: Error) => error)
    expect(String(await adding)).toContain('The build filled the disk of your server: when less than 1 GB was free, it was stopped.')
    expect(await freeMb()).toBeGreaterThan(2000)
    expect(await on(server, 'pgrep -fx "sleep infinity" || true; docker ps --quiet --filter name=-build')).toBe('')
  } finally {
    await on(server, `umount ${folder}`)
  }
})
