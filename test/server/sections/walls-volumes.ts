import { expect, it } from 'vitest'
import { databaseDraft, makeVersion } from '../database-image.ts'
import type { Home } from '../home.ts'
import { on } from '../pipeline.ts'

const domain = 'db.example.test'
/** What the server calls these two folders of the image. */
const db = 'db-b084f6'
const cache = 'cache-4f7cfe'

/** Docker is gone while something is done, and its containers go on. */
const withoutDocker = (command: string): string => `systemctl mask --quiet --runtime docker.service docker.socket; systemctl kill --signal=KILL docker.service; systemctl stop docker.socket docker.service
  ${command}
  systemctl unmask --quiet --runtime docker.service docker.socket; systemctl start docker.service; timeout 30 sh -c 'until docker version >/dev/null 2>&1; do sleep 0.1; done'`
const lib = '/usr/local/lib/homeport'

/** An image that keeps data in folders that nobody named: none of it is lost, and two of its programs never work on it at once. */
export function testVolumes(home: () => Home): void {
  let first = ''
  let second = ''
  const run = (command: string): Promise<string> => on(home().server, command)
  const container = async (site = domain): Promise<string> => `homeport-${site}-${await run(`awk '$1 == "${site}" { print $2 }' /var/lib/homeport/live/live.map`)}`
  const inside = async (command: string, site = domain): Promise<string> => run(`docker exec ${await container(site)} sh -c '${command}'`)
  /** Volumes that the site's containers have, and those that nobody has any more. */
  const volumes = (): Promise<string> => run(`docker ps --all --quiet --filter name=homeport-${domain}- | xargs -r docker inspect -f '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}' | grep . ; docker volume ls --quiet --filter dangling=true`)
  const log = (): Promise<string> => inside('cat /db/log')
  const starts = (count: number): string => Array.from({ length: count }, () => 'started').join('\nstopped\n')
  const change = async (version: string, more: Parameters<typeof databaseDraft>[2] = {}): Promise<void> => {
    await home().here.apply({ kind: 'change-site', siteId: domain, draft: databaseDraft(domain, version, more) })
  }

  it('keeps what the image keeps data in, with its owner, and asks about it', async () => {
    const { server, here } = home()
    ;[first, second] = [await makeVersion(server, domain, 'one'), await makeVersion(server, domain, 'two')]
    await here.apply({ kind: 'add-site', draft: databaseDraft(domain, first) })
    await inside('echo precious >/db/mine; echo spare >/cache/mine')
    expect(await run(`stat -c '%u %n' /srv/homeport/${domain}/data/${db} && cd /srv/homeport/${domain}/data/${db} && cat made mine`)).toBe(`33 /srv/homeport/${domain}/data/${db}\none\nprecious`)
    expect(await volumes()).toBe('')
    expect((await here.facts()).sites.get(domain)?.app).toMatchObject({ stopsFirst: true, folders: [{ name: cache, path: '/cache' }, { name: db, path: '/db' }] })
    const asked = (await here.desk.plan({ kind: 'set-up' })).changes.find(({ id }) => id === `app/${domain}`)
    expect(asked).toMatchObject({ verdict: 'noop', reason: expect.stringContaining(`keeps data in /db, which no folder of this site covers: it is kept as ${db}`) as string })
  })

  it('has its data after a restart by systemd, by the button and a reset, and was never killed', async () => {
    await run(`systemctl restart ${await container()}.service`)
    expect(await inside('cat /db/mine /db/made /cache/mine')).toBe('precious\none\nspare')
    await home().here.act({ kind: 'restart-site', siteId: domain })
    await home().here.act({ kind: 'reset-site', siteId: domain })
    expect(await inside('cat /db/mine')).toBe('precious')
    expect(await log()).toBe(starts(4))
  })

  it('never runs two versions at once, and the new one has the data', async () => {
    const { here } = home()
    await here.apply({ kind: 'choose-release', siteId: domain, release: second })
    expect(await inside('cat /db/mine /db/made')).toBe('precious\none')
    await here.apply({ kind: 'choose-release', siteId: domain, release: first })
    expect([await inside('cat /db/mine'), await log()]).toEqual(['precious', starts(6)])
    expect(await here.leftToDo()).toEqual([])
  })

  it('runs two at once only where somebody wants that, and what goes wrong then is said', async () => {
    await expect(change(first, { handover: 'beside', memoryMb: 300 })).rejects.toThrow('another database is at work here')
    expect([await inside('cat /db/mine'), await log()]).toEqual(['precious', starts(6)])
  })

  it('gets the time to stop that it needs, or that somebody says', async () => {
    const name = await container()
    expect(await run(`docker inspect -f '{{.Config.StopTimeout}}' ${name}; grep -E '^(STOP_SECONDS|HANDOVER)=' /var/lib/homeport/apps/${domain}/${name.split('-').at(-1) ?? ''}.env; systemctl show -P TimeoutStopUSec ${name}`)).toBe('120\nHANDOVER=stop-first\nSTOP_SECONDS=120\n2min 20s')
    await change(first, { stopSeconds: 30, environment: [{ name: 'SLOW_STOP', value: '2' }] })
    const before = (await log()).split('\n').length
    const began = Date.now()
    await run(`systemctl restart ${await container()}.service`)
    expect(Date.now() - began).toBeGreaterThan(2000)
    expect((await log()).split('\n').slice(before)).toEqual(['stopped', 'started'])
    expect(await run(`docker inspect -f '{{.Config.StopTimeout}}' ${await container()}; systemctl show -P TimeoutStopUSec ${await container()}`)).toBe('30\n50s')
  })

  it('gets that time, too, where its stop is cut off', async () => {
    const name = await container()
    const before = (await log()).split('\n').length
    await run(`systemctl stop ${name} & stop=$!; sleep 0.5; kill $(pgrep -f '^/usr/bin/docker stop'); wait $stop; systemctl reset-failed ${name}; systemctl start ${name}`)
    expect((await log()).split('\n').slice(before)).toEqual(['stopped', 'started'])
  })

  it.each([
    ['nobody can say that it has stopped', 'ps', 'could not be stopped', 1],
    ['the proxy cannot be told', 'exec', 'The proxy does not answer', 2],
  ])('is followed by no other version where %s', async (_what, unanswered, words, starts) => {
    const before = (await log()).split('\n').length
    const docker = `#!/bin/sh\\n[ "$1" != ${unanswered} ] || exit 1\\nexec /usr/bin/docker "$@"\\n`
    const answer = await home().server.exec(`mkdir /opt/docker; printf '${docker}' >/opt/docker/docker; chmod +x /opt/docker/docker; PATH=/opt/docker:$PATH ${lib}/deploy ${domain} ${second}; code=$?; rm -r /opt/docker; exit $code`)
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining(words) as string })
    expect([(await log()).split('\n').slice(before), await inside('cat /db/mine')]).toEqual([Array.from({ length: starts }, () => ['stopped', 'started']).flat(), 'precious'])
    expect(await run(`docker exec homeport-proxy grep -F '${domain} ' /live/live.map; docker ps --quiet --filter name=homeport-${domain} | wc -l`)).toBe(`${domain} ${(await container()).split('-').at(-1) ?? ''}\n1`)
  })

  it('loses none of its versions while Docker does not answer', async () => {
    const versions = `/var/lib/homeport/apps/${domain}/versions`
    const before = await run(`cat ${versions}`)
    const said = await run(withoutDocker(`${lib}/deploy ${domain} ${second} 2>&1 || true; ${lib}/free-space versions ${domain} >/dev/null 2>&1 || true; ${lib}/free-space build-cache 2>&1 || true`))
    expect(said).toMatch(/Docker does not answer\. [^]*Docker does not answer: nothing was deleted/)
    expect([await run(`cat ${versions}`), await inside('cat /db/mine')]).toEqual([before, 'precious'])
  })

  it('throws away what may be thrown away, and nothing else', async () => {
    const { here } = home()
    const plan = await here.desk.plan({ kind: 'answer-folder', siteId: domain, folder: { name: cache, path: '/cache' }, answer: 'scratch' })
    expect(plan.changes.find(({ id }) => id === `app/${domain}`)?.caution).toContain(`What is in /cache lies in the folder ${cache}`)
    await here.apply({ kind: 'answer-folder', siteId: domain, folder: { name: cache, path: '/cache' }, answer: 'scratch' })
    expect(await inside('ls /cache; echo spare >/cache/mine')).toBe('starts')
    await run(`systemctl restart ${await container()}.service`)
    expect(await inside('ls /cache; cat /db/mine')).toBe('starts\nprecious')
    expect(await volumes()).toMatch(new RegExp(`^${await container()}-scratch-[0-9a-f]+$`))
    expect(await run(`cat /srv/homeport/${domain}/data/${cache}/mine`)).toBe('spare')
  })

  it('keeps its data where it is when somebody says that it is to be kept', async () => {
    const { here } = home()
    await here.apply({ kind: 'answer-folder', siteId: domain, folder: { name: db, path: '/db' }, answer: 'keep' })
    expect([await inside('cat /db/mine'), await here.leftToDo()]).toEqual(['precious', []])
    const app = (await here.desk.plan({ kind: 'set-up' })).changes.find(({ id }) => id === `app/${domain}`)
    expect(app?.reason).toBe('It runs with its current settings.')
    expect(await volumes()).toMatch(new RegExp(`^${await container()}-scratch-[0-9a-f]+$`))
  })

  it('has its data again when it was something else meanwhile', async () => {
    const { server, here } = home()
    await here.apply({ kind: 'change-site', siteId: domain, draft: { domain, www: false, source: { kind: 'notice', title: 'Soon', text: 'x' } } })
    expect(await volumes()).toBe('')
    second = await makeVersion(server, domain, 'two')
    await change(second)
    expect(await inside('cat /db/mine')).toBe('precious')
  })

  it('has its data in a copy, too', async () => {
    const { here } = home()
    const copy = 'copy.example.test'
    await run(`docker tag homeport/${domain}:${second} homeport/${copy}:${second}`)
    // A database that is at work meanwhile would be copied with its lock.
    await run(`systemctl stop ${await container()}.service`)
    await here.apply({ kind: 'clone-site', siteId: domain, domain: copy })
    await inside('echo changed >/db/mine', copy)
    expect([await inside('cat /db/mine'), await inside('cat /db/mine', copy)]).toEqual(['precious', 'changed'])
    await here.apply({ kind: 'remove-site', siteId: copy, data: 'delete' })
  })

  it('is as before where there is no room to carry over what an earlier Homeport had in a volume without a name', async () => {
    const { here } = home()
    const name = await container()
    const srv = '/srv/homeport'
    const state = `/var/lib/homeport/apps/${domain}`
    const left = (): Promise<string> => run(`ls -d ${srv}/.fill-* ${srv}/${domain}/data/* 2>/dev/null; docker ps --all --quiet --filter name=-fill`)
    await run(`systemctl stop ${name}; rm -rf ${state}/*.kept ${srv}/${domain}/data/*; sed -i -E '/^(KEPT|DATA|STOP_SECONDS|HANDOVER|NAMELESS)=/d' ${state}/*.env; systemctl start ${name}`)
    await inside('echo older >/db/mine; head -c 200000000 /dev/zero >/db/large')
    const own = (await volumes()).split('\n')
    expect(own).toHaveLength(2)
    expect(await here.leftToDo()).toEqual([expect.stringContaining('In what folders its image keeps data is not known yet')])
    await run(`cp -a ${srv} /run/copy && mount -t tmpfs -o size=1200m small ${srv} && cp -a /run/copy/. ${srv}/ && rm -rf /run/copy`)
    try {
      await expect(here.apply({ kind: 'set-up' })).rejects.toThrow(/too little room: this needs 20\d MB[^]*Nothing was copied/)
      expect([await log(), await left()], 'it was not even stopped').toEqual([starts(1), ''])
      // Somebody else fills the disk while the copy is made.
      await run(`mount -o remount,size=1400m ${srv}`)
      const filling = run(`timeout 60 bash -c 'until compgen -G "${srv}/.fill-*/*/large" >/dev/null; do :; done; copy=$(pgrep -x cp); kill -STOP $copy; mount -o remount,size=$(($(df --output=used ${srv} | tail -n 1) + 3000))k ${srv}; kill -CONT $copy'`)
      await expect(here.apply({ kind: 'set-up' })).rejects.toThrow(/No space left/)
      await filling
      expect([await inside('cat /db/mine'), await log(), await left(), (await volumes()).split('\n').sort()]).toEqual(['older', starts(2), '', own.sort()])
    } finally {
      await run(`umount --lazy ${srv}`)
    }
    await run(`systemctl restart ${name}`)
    expect([await inside('cat /db/mine'), await log()], 'also after a restart').toEqual(['older', starts(3)])
  })

  it('carries over what an earlier Homeport had in a volume without a name, once there is room', async () => {
    const { here } = home()
    await here.apply({ kind: 'set-up' })
    expect([await inside('cat /db/mine'), await log(), await here.leftToDo()]).toEqual(['older', starts(4), []])
    expect([await run(`cat /srv/homeport/${domain}/data/${db}/mine`), await volumes()]).toEqual(['older', ''])
  })

  it('is not removed while its container goes on and Docker does not answer', async () => {
    const name = await container()
    expect(await run(withoutDocker(`${lib}/remove-app ${domain} 2>&1 || true`))).toContain('Docker does not answer')
    expect(await run(`docker ps --format '{{.Names}}' --filter name=${name}; ls -d /var/lib/homeport/apps/${domain}`)).toBe(`${name}\n/var/lib/homeport/apps/${domain}`)
  })

  it('is packed into an archive with all its data when it is removed', async () => {
    await home().here.apply({ kind: 'remove-site', siteId: domain, data: 'archive' })
    expect(await run(`tar -xzOf /srv/homeport/.archive/${domain}-*.tar.gz ${domain}/data/${db}/mine`)).toBe('older')
    expect(await run(`docker ps -aq --filter name=${domain}; docker volume ls --quiet --filter dangling=true; docker image ls -q homeport/${domain}; ls -A /srv/homeport | grep -F ${domain} || true`)).toBe('')
  })
}
