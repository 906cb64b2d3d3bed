/** A server that had things of its own before Homeport came, and has exactly these after it left. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, type TestServer } from '../testbed/index.ts'
import { removePackages } from '../../src/main/compile/packages.ts'
import { keepSecret } from '../../src/main/server/keep-secret.ts'
import { packRun } from '../../src/main/compile/run.ts'
import { appSource } from './app-site.ts'
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
  await untilGone()
  expect(await on(server, 'cat /srv/homeport/guest.example.test/current/index.html')).toBe('guest')
  await on(server, 'rm -r /srv/homeport')
  expect(await traces(server)).toEqual(before)
  expect(await on(server, "docker inspect --format '{{.State.StartedAt}}' shop"), 'it was never restarted').toBe(shop)
})

it('keeps the secret values of programs where their data is kept, for root alone', async () => {
  await here.apply({ kind: 'set-up' })
  await addProgram('vault.example.test', 'first "value"')
  const { plan } = await here.apply({ kind: 'remove-site', siteId: 'vault.example.test', data: 'archive' })
  expect(plan.changes.find(({ id }) => id.startsWith('secret/'))).toMatchObject({ verdict: 'delete', reason: expect.stringContaining('APP_KEY of vault.example.test): it is put beside the archive') as string })
  expect(await on(server, 'cd /srv/homeport/.archive/*.secrets && stat -c "%a %U %n" . * && cat APP_KEY; ls /srv/homeport/.secrets /var/lib/homeport/secrets/*.key 2>/dev/null || true')).toBe('700 root .\n600 root APP_KEY\nfirst "value"')

  const archive = await on(server, 'cd /srv/homeport/.archive && ls *.tar.gz')
  const back = await here.act({ kind: 'restore-archive', archive })
  expect(back.steps.flatMap((step) => step.output).join('\n')).toContain(`${archive.replace('.tar.gz', '.secrets')}`)
  expect(await on(server, 'find /srv/homeport/vault.example.test -name "*APP_KEY*"')).toBe('')

  await addProgram('kept.example.test', 'second')
  await here.apply({ kind: 'uninstall', userData: 'keep' })
  expect(await on(server, 'cd /srv/homeport/.secrets && stat -c "%a %U %n" . */* && cat */APP_KEY; ls /srv/homeport')).toBe('700 root .\n600 root kept.example.test/APP_KEY\nsecondkept.example.test\nvault.example.test')
})

it('deletes archives with the sites, and nothing else, when it leaves with all data', async () => {
  await untilGone()
  await here.apply({ kind: 'set-up' })
  await here.addUpload('guest.example.test', { 'index.html': 'guest' })
  // A folder of the same disk: that it is another file system's would not tell.
  await on(server, 'mkdir /root/disk /srv/homeport/guest.example.test/mine && echo precious >/root/disk/file && mount --bind /root/disk /srv/homeport/guest.example.test/mine')
  const { plan, run } = await here.apply({ kind: 'uninstall', userData: 'delete' })
  expect(plan.changes.find(({ id }) => id === 'record/owned')).toMatchObject({ caution: expect.stringMatching(/deleted for ever, too: 1 archive with less than 1 MB/) as string, reason: expect.stringMatching(/stays in \/srv\/homeport: kept\.example\.test, vault\.example\.test\.$/) as string })
  const said = run.steps.flatMap((step) => step.output).join('\n')
  expect(said).toContain('guest.example.test stays with what is mounted there: /srv/homeport/guest.example.test/mine')
  expect(said).toMatch(/This stays in \/srv\/homeport, .*\n\.secrets\nguest\.example\.test\nkept\.example\.test\nvault\.example\.test/)
  expect(await on(server, 'cat /root/disk/file; cd /srv/homeport; find . -mindepth 1 -maxdepth 2 ! -path "./[kv]*/*" | sort')).toBe('precious\n./.secrets\n./.secrets/kept.example.test\n./guest.example.test\n./guest.example.test/mine\n./kept.example.test\n./vault.example.test')
  await on(server, 'umount /srv/homeport/guest.example.test/mine && rm -r /srv/homeport /root/disk')
  await untilGone()
})

async function addProgram(domain: string, value: string): Promise<void> {
  const secret = await keepSecret(await here.session(), { kind: 'variable', value }, resources)
  await here.addSite({ domain, source: appSource({ VERSION: 'one' }, { environment: [{ name: 'APP_KEY', secret }] }) })
}

/** What can be read of an uninstall for some seconds after its end. */
async function untilGone(): Promise<void> {
  await expect.poll(() => on(server, 'ls -d /var/lib/homeport 2>/dev/null || true'), { timeout: 15_000 }).toBe('')
}

it('takes no Docker away whose containerd others use, and empties no folder that its Docker does not use', async () => {
  await on(server, `docker rm --force shop && docker network rm own-network && docker image rm nginx:1.28 && mkdir -p /var/lib/homeport
    printf '%s\\n' docker.io docker-cli containerd runc >/var/lib/homeport/packages.installed
    ctr namespaces create k8s.io`)
  expect(await removeDocker()).toContain('namespace k8s.io')
  expect(await on(server, 'systemctl is-active docker.service containerd.service; ctr namespaces remove k8s.io')).toBe('active\nactive\nk8s.io')

  // Somebody moved it to a larger disk, and kept what was there before. Debian's own package would empty that.
  await on(server, `systemctl stop docker.socket docker.service
    mkdir -p /var/lib/docker/volumes/old /srv/large && echo precious >/var/lib/docker/volumes/old/file
    sed -i '0,/{/s//{"data-root": "\\/srv\\/large", /' /etc/docker/daemon.json
    systemctl start docker.service`)
  const said = await removeDocker()
  expect(said).toContain('Docker keeps its data in /srv/large')
  expect(said).toContain('/var/lib/docker stays as it is')
  expect(await on(server, 'command -v docker ctr || true; ls -d /srv/large/volumes; cat /var/lib/docker/volumes/old/file; ls -A /var/lib/containerd 2>/dev/null || true')).toBe('/srv/large/volumes\nprecious')
})

/** The step of an uninstall that takes away the packages that came with Homeport; what it said. */
async function removeDocker(): Promise<string> {
  const { run } = await here.follow(await here.start({ title: 'Remove', steps: [{ id: 'packages/system', title: 'Remove', script: removePackages }], files: new Map() }))
  expect(run.outcome).toBe('succeeded')
  return run.steps.flatMap((step) => step.output).join('\n')
}

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
