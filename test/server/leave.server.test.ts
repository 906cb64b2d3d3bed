/** A server that had things of its own before Homeport came, and has exactly these after it left. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, type TestServer } from '../testbed/index.ts'
import { on, Pipeline } from './pipeline.ts'
import { traces } from './server-traces.ts'
import { visit } from './visitor.ts'

let server: TestServer
let here: Pipeline

beforeAll(async () => {
  server = await startServer()
  here = Pipeline.to(server)
  await on(server, `export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update && apt-get -qq install -y --no-install-recommends curl git nftables docker.io docker-cli
    docker pull -q nginx:1.28
    docker network create own-network
    docker run -d --name shop --restart always --network own-network -p 8080:80 nginx:1.28
    sed -i '0,/{/s//{"log-opts": {"max-size": "10m"}, /' /etc/docker/daemon.json
    systemctl reload docker`)
})
afterAll(async () => {
  here.close()
  await server.stop()
})

it('leaves a server with a Docker, packages and a container of its own just as it found it', async () => {
  const before = await traces(server)
  const shop = await on(server, "docker inspect --format '{{.State.StartedAt}}' shop")
  await here.apply({ kind: 'set-up' })
  expect(await here.leftToDo()).toEqual([])
  await here.addUpload('guest.example.test', { 'index.html': 'guest' })
  expect((await visit(server.host, 'guest.example.test')).body).toBe('guest')
  expect((await fetch(`http://${server.host}:8080/`)).status).toBe(200)
  const { run } = await here.apply({ kind: 'uninstall', userData: 'keep' })
  expect(run.steps.map((step) => step.title)).not.toContain('Remove: Docker and system packages')
  expect((await fetch(`http://${server.host}:8080/`)).status).toBe(200)
  await expect.poll(() => on(server, 'ls -d /var/lib/homeport 2>/dev/null || true'), { timeout: 15_000 }).toBe('')
  expect(await on(server, 'cat /srv/homeport/guest.example.test/current/index.html')).toBe('guest')
  await on(server, 'rm -r /srv/homeport')
  expect(await traces(server)).toEqual(before)
  expect(await on(server, "docker inspect --format '{{.State.StartedAt}}' shop"), 'it was never restarted').toBe(shop)
})
