/** A server that had things of its own before Homeport came, and has exactly these after it left. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, type TestServer } from '../testbed/index.ts'
import { packRun } from '../../src/main/compile/run.ts'
import { on, Pipeline, resources } from './pipeline.ts'
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
  await comesBackAtOnce()
  await expect.poll(() => on(server, 'ls -d /var/lib/homeport 2>/dev/null || true'), { timeout: 15_000 }).toBe('')
  expect(await on(server, 'cat /srv/homeport/guest.example.test/current/index.html')).toBe('guest')
  await on(server, 'rm -r /srv/homeport')
  expect(await traces(server)).toEqual(before)
  expect(await on(server, "docker inspect --format '{{.State.StartedAt}}' shop"), 'it was never restarted').toBe(shop)
})

/** Whoever sets the server up again while the log of the uninstall still goes: his run loses nothing, however slowly it comes. */
async function comesBackAtOnce(): Promise<void> {
  expect(await on(server, 'ls /var/lib/homeport'), 'all but the log is gone already').toBe('runs')
  const id = '20990101000000-00000000'
  const packed = await packRun({ title: 'Come back', steps: [{ id: 'come/back', title: 'Come back', script: 'sleep 1; echo here' }], files: new Map() }, id, 'somebody', resources)
  await on(server, 'cat >/run/start-run', resources.text('commands/start-run.sh'))
  // The files come in after the three seconds in which the log can still be read.
  await on(server, `base64 -d >/run/packed; (sleep 5; cat /run/packed) | bash /run/start-run ${id}`, packed.toString('base64'))
  await on(server, 'timeout 20 sh -c "while systemctl is-active --quiet homeport-leave.service homeport-run.service; do sleep 0.1; done"')
  expect(await on(server, `cat /var/lib/homeport/runs/${id}/log`)).toContain('"result":"succeeded"')
  await on(server, 'rm -r /var/lib/homeport /run/start-run /run/packed')
}
