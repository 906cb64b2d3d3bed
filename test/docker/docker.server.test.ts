import { setTimeout as sleep } from 'node:timers/promises'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ContainerEvent, onContainerEvents } from '../../src/main/docker/container-events.ts'
import { DockerAgent } from '../../src/main/docker/docker-agent.ts'
import { dockerOf, newDocker } from '../../src/main/docker/docker.ts'
import { Secret } from '../../src/main/ssh/secret.ts'
import { failureOf, logIn, setSshd } from '../ssh/testbed-login.ts'
import { startDelayProxy, startServer, type TestServer } from '../testbed/index.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer()
  const key = ssh2.utils.parseKey(server.privateKey) as ssh2.ParsedKey | ssh2.ParsedKey[]
  const parsed = Array.isArray(key) ? key[0] : key
  await server.addUser({ name: 'asked', password: 'sudo pw', authorizedKey: `${parsed?.type} ${parsed?.getPublicSSH().toString('base64')}`, sudo: 'password' })
}, 120_000)
afterAll(async () => { await server?.stop() })

test('says so where there is no Docker', async () => {
  const session = await logIn(server)
  expect(await failureOf(onContainerEvents(session, () => {}, () => {}))).toMatchObject({ code: 'docker-unavailable' })
  session.close()
})

describe('with Docker', () => {
  beforeAll(async () => {
    const install = await server.exec('export DEBIAN_FRONTEND=noninteractive; apt-get -qq update && apt-get -qq install -y --no-install-recommends docker.io docker-cli && docker pull -q debian:trixie-slim')
    if (install.code !== 0) throw new Error(install.stderr)
  }, 180_000)

  test('root reaches the engine over channels of the connection, kept open between requests', async () => {
    const session = await logIn(server)
    const agent = new DockerAgent(session)
    const docker = newDocker(agent)
    const before = session.exchanges
    const images = await docker.listImages()
    expect(images.map((image) => image.RepoTags?.[0])).toContain('debian:trixie-slim')
    for (let n = 0; n < 10; n++) await docker.version()
    expect(agent.opened).toEqual({ streamlocal: 1, dialStdio: 0 })
    expect(session.exchanges - before).toBe(1)
    expect(dockerOf(session)).toBe(dockerOf(session))
    session.close()
  })

  test('a user with a sudo password, and a server without forwarding, go through the docker program', async () => {
    const asked = await logIn(server, { target: { user: 'asked' }, secrets: { sudoPassword: new Secret('sudo pw') } })
    await setSshd(server, '02', 'AllowStreamLocalForwarding no\n')
    const root = await logIn(server)
    await setSshd(server, '02', '\n')
    for (const session of [asked, root]) {
      const agent = new DockerAgent(session)
      const docker = newDocker(agent)
      expect((await docker.listImages()).length).toBe(1)
      const { ID } = await docker.info() as { ID: string }
      expect(ID).toMatch(/.+/)
      expect(agent.opened).toEqual({ streamlocal: 0, dialStdio: 1 })
      expect((await session.run({ name: 'who', script: 'id -un' })).stdout.toString()).toBe('root\n')
      session.close()
    }
  })

  test('tells what happens to containers of Homeport, and of nobody else', async () => {
    const session = await logIn(server)
    const events: ContainerEvent[] = []
    const ends: (Error | null)[] = []
    const unsubscribe = await onContainerEvents(session, (event) => events.push(event), (error) => ends.push(error))
    await server.exec('docker run --rm --name stranger debian:trixie-slim true')
    await server.exec('docker run --rm --name homeport-x --label homeport=1 debian:trixie-slim sh -c "exit 3"')
    await expect.poll(() => events.length, { timeout: 5000 }).toBe(3)
    expect(events.map(({ kind, container }) => [kind, container])).toEqual([['started', 'homeport-x'], ['ended', 'homeport-x'], ['removed', 'homeport-x']])
    expect(events[1]).toMatchObject({ exitCode: 3 })
    expect(Math.abs((events[0]?.at ?? 0) - Date.now())).toBeLessThan(60_000)
    unsubscribe()
    await server.exec('docker run --rm --name homeport-y --label homeport=1 debian:trixie-slim true')
    await sleep(200)
    expect(events.length).toBe(3)
    expect(ends).toEqual([])
    session.close()
  })

  test('the end of the events is told once, when the engine or the line goes away', async () => {
    const proxy = await startDelayProxy({ host: server.host, port: server.port, rttMs: 5 })
    const near = await logIn(server)
    const far = await logIn(server, { target: { host: proxy.host, port: proxy.port } })
    const ends: string[] = []
    await onContainerEvents(far, () => {}, () => ends.push('far'))
    await onContainerEvents(near, () => {}, () => ends.push('near'))
    proxy.cut()
    await expect.poll(() => ends, { timeout: 5000 }).toEqual(['far'])
    await server.exec('systemctl restart docker')
    await expect.poll(() => ends, { timeout: 10_000 }).toEqual(['far', 'near'])
    expect((await dockerOf(near).version()).Version).toMatch(/^\d/)
    expect(await failureOf(onContainerEvents(far, () => {}, () => {}))).toMatchObject({ code: 'connection-lost' })
    near.close()
    await proxy.stop()
  })

  test('a large answer arrives whole, however slowly it is read', async () => {
    const session = await logIn(server)
    const stream = await dockerOf(session).getImage('debian:trixie-slim').get()
    let bytes = 0
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length
      if (bytes < 2_000_000) await sleep(1)
    }
    const { stdout } = await server.exec('docker save debian:trixie-slim | wc -c')
    expect(bytes).toBe(Number(stdout))
    session.close()
  })
})
