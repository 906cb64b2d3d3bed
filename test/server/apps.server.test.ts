/** Sites in containers of their own: any image, and Dockerfiles from a repository. One server for all of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepSecret } from '../../src/main/server/keep-secret.ts'
import { startGitServer, startServer, type GitServer, type TestServer } from '../testbed/index.ts'
import { appImage, appSource, buildSource, draftOf, startVisitors } from './app-site.ts'
import { on, Pipeline, resources } from './pipeline.ts'
import { visit, visitUntil } from './visitor.ts'

let server: TestServer
let git: GitServer
let here: Pipeline

const domain = 'app.example.test'
const body = async (path = '/'): Promise<string> => (await visit(server.host, domain, path)).body
const change = async (source: ReturnType<typeof appSource>): Promise<void> => {
  await here.apply({ kind: 'change-site', siteId: domain, draft: draftOf(domain, source) })
}
const colour = (site = domain): Promise<string> => on(server, `awk '$1 == "${site}" { print $2 }' /var/lib/homeport/live/live.map`)
const containers = (site = domain): Promise<string> => on(server, `docker ps --all --format '{{.Names}}' --filter name=homeport-${site}-`)
const enabled = (site = domain): Promise<string> => on(server, `ls /etc/systemd/system/multi-user.target.wants | grep -F 'homeport-${site}-' || true`)

beforeAll(async () => {
  ;[server, git] = await Promise.all([startServer(), startGitServer()])
  here = Pipeline.to(server)
})
afterAll(async () => {
  here.close()
  await Promise.all([server.stop(), git.stop()])
})

describe('a site of an image', () => {
  it('runs with its environment, plain and secret, with its data and behind its health check', async () => {
    const secret = await keepSecret(await here.session(), { kind: 'variable', value: `it's "secret" $HOME #x` }, resources)
    const { plan } = await here.addSite({ domain, source: appSource({ VERSION: 'one' }, { environment: [{ name: 'TOKEN', secret }] }) })
    expect(JSON.stringify(plan)).not.toContain('secret" $HOME')
    expect(await body()).toBe('one')
    const inside = await on(server, `docker exec homeport-${domain}-$(awk '{ print $2 }' /var/lib/homeport/live/live.map) env`)
    expect(inside).toContain(`TOKEN=it's "secret" $HOME #x`)
    expect(await on(server, `ls -ld /srv/homeport/${domain} /srv/homeport/${domain}/data/files | cut -d' ' -f1,3`)).toBe('drwxr-x--- homeport\ndrwxr-xr-x root')
    expect(await on(server, `stat -c %a /run/homeport/apps/${domain}.env /etc/homeport/sites/${domain}/app.env`)).toBe('600\n600')
    expect(await here.leftToDo()).toEqual([])
    const fact = (await here.facts()).sites.get(domain)
    expect(fact).toMatchObject({ deploy: { ok: true, error: null }, releases: [{ current: true, label: appImage }] })
  })

  it('is redeployed ten times while people visit it, and not one request fails', async () => {
    const visitors = startVisitors(server.host, domain)
    const seen: string[] = []
    for (let version = 1; version <= 10; version++) {
      await change(appSource({ VERSION: `v${version}` }))
      seen.push(await body())
    }
    const { requests, failures, answers } = await visitors.stop()
    expect(seen).toEqual(Array.from({ length: 10 }, (_, index) => `v${index + 1}`))
    expect(failures).toEqual([])
    expect(requests).toBeGreaterThan(200)
    expect([...answers]).toEqual(expect.arrayContaining(['v1', 'v5', 'v10']))
    expect(await containers()).toBe(`homeport-${domain}-${await colour()}`)
    expect(await enabled()).toBe(`homeport-${domain}-${await colour()}.service`)
    expect(await here.leftToDo()).toEqual([])
  })

  it('ends what it is at before it goes: a long answer arrives whole', async () => {
    const download = visit(server.host, domain, '/data/large')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await change(appSource({ VERSION: 'v10' }, { memoryMb: 500 }))
    const page = await download
    expect([page.status, page.body.length]).toEqual([200, 300_000])
  })

  it('stays as it was when the new version is not well, and says why', async () => {
    const before = await colour()
    await expect(change(appSource({ VERSION: 'ill', HEALTH: '503' }, { startSeconds: 5 }))).rejects.toThrow('was not well within 5 seconds')
    expect([await body(), await colour()]).toEqual(['v10', before])
    expect((await here.facts()).sites.get(domain)?.deploy).toMatchObject({ ok: false, stage: 'start', error: expect.stringContaining('answered /health with 503') as string })
    await expect(change(appSource({ VERSION: 'dead' }, { command: ['sh', '-c', 'echo nothing works here >&2; exit 3'] }))).rejects.toThrow('nothing works here')
    expect([await body(), await containers()]).toEqual(['v10', `homeport-${domain}-${before}`])
    await change(appSource({ VERSION: 'v11' }))
    expect(await here.leftToDo()).toEqual([])
  })

  it('keeps nothing but its data when it is reset, and comes back after a restart', async () => {
    const starts = async (): Promise<number> => Number(await on(server, `wc -l </srv/homeport/${domain}/data/files/starts`))
    const before = await starts()
    await on(server, `docker exec homeport-${domain}-${await colour()} touch /changed-by-hand`)
    await here.act({ kind: 'reset-site', siteId: domain })
    expect(await on(server, `docker exec homeport-${domain}-${await colour()} ls /changed-by-hand 2>&1 || true`)).toContain('No such file')
    await here.act({ kind: 'restart-site', siteId: domain })
    expect(await starts()).toBe(before + 2)
    expect(await visitUntil(server.host, domain, (page) => page.body === 'v11')).toMatchObject({ status: 200 })
    expect(await here.leftToDo()).toEqual([])
  })

  it('is stopped while it is paused', async () => {
    await here.apply({ kind: 'pause-site', siteId: domain, paused: true })
    expect([(await visit(server.host, domain)).status, await containers(), await enabled()]).toEqual([503, '', ''])
    expect(await here.leftToDo()).toEqual([])
    await here.apply({ kind: 'pause-site', siteId: domain, paused: false })
    expect(await body()).toBe('v11')
    expect(await here.leftToDo()).toEqual([])
  })

  it('is never there twice with stop-first, and goes back where the new one is not well', async () => {
    const first = appSource({ VERSION: 'alone' }, { handover: 'stop-first' })
    await change(first)
    const watch = on(server, `for i in $(seq 40); do docker ps --format '{{.Names}}' | grep -c '^homeport-${domain}-'; sleep 0.1; done | sort -u`)
    await change(appSource({ VERSION: 'alone again' }, { handover: 'stop-first' }))
    expect((await watch).split('\n')).not.toContain('2')
    await expect(change(appSource({ VERSION: 'ill', HEALTH: '500' }, { handover: 'stop-first', startSeconds: 5 }))).rejects.toThrow('not well')
    expect(await visitUntil(server.host, domain, (page) => page.body === 'alone again')).toMatchObject({ status: 200 })
    await change(appSource({ VERSION: 'open' }, { internet: false }))
    expect([await body(), await on(server, `docker network inspect -f '{{.Internal}}' homeport-${domain}`), await here.leftToDo()]).toEqual(['open', 'true', []])
  })

  it('comes back by itself after a power cut in the middle of a deployment', async () => {
    const next = (await colour()) === 'blue' ? 'green' : 'blue'
    const cut = here.desk.plan({ kind: 'change-site', siteId: domain, draft: draftOf(domain, appSource({ VERSION: 'late', SLOW: '20' })) })
    await here.desk.approve((await cut).id)
    // The new container exists and is not in service yet.
    await expect.poll(() => containers(), { timeout: 20_000 }).toContain(`homeport-${domain}-${next}`)
    await server.powerCut()
    // Whichever of the two it is: its settings are on the disk already.
    expect(await visitUntil(server.host, domain, (page) => page.status === 200, 60_000)).toMatchObject({ status: 200 })
    expect(await containers()).toBe(`homeport-${domain}-${await colour()}`)
    await here.apply({ kind: 'set-up' })
    expect([await body(), await here.leftToDo()]).toEqual(['late', []])
    await server.reboot()
    expect(await visitUntil(server.host, domain, (page) => page.body === 'late', 60_000)).toMatchObject({ status: 200 })
    await change(appSource({ VERSION: 'quick' }))
  })

  it('becomes a static site and an image again, with its domain and its data', async () => {
    const { release } = await here.send({ 'index.html': 'static' })
    await here.apply({ kind: 'change-site', siteId: domain, draft: draftOf(domain, { kind: 'upload', release }) })
    expect([await body(), await containers()]).toEqual(['static', ''])
    expect(await here.leftToDo()).toEqual([])
    await change(appSource({ VERSION: 'again' }))
    expect([await body(), (await on(server, `wc -l </srv/homeport/${domain}/data/files/starts`)) > '1', await here.leftToDo()]).toEqual(['again', true, []])
  })

  it('leaves nothing behind when it is removed', async () => {
    await here.apply({ kind: 'remove-site', siteId: domain, data: 'delete' })
    const left = await on(server, `docker ps -a --format '{{.Names}}'; docker image ls --format '{{.Repository}}'; docker network ls --format '{{.Name}}'; ls /etc/systemd/system /var/lib/homeport/sites /srv/homeport /run/homeport/apps; ls -A /var/lib/homeport/apps 2>/dev/null; cat /var/lib/homeport/live/live.map`)
    expect(left).not.toContain(domain)
    expect(await here.leftToDo()).toEqual([])
  })
})

describe('a site with a Dockerfile in a repository', () => {
  const blog = 'blog.example.test'
  const page = (title: string): Record<string, string> => ({ 'index.md': `---\ntitle: x\n---\n# ${title}\n` })
  const dockerfile = (last: string): Record<string, string> => ({
    Dockerfile: [
      'FROM debian:trixie-slim', 'RUN apt-get update && apt-get install -y --no-install-recommends jekyll && rm -rf /var/lib/apt/lists/*',
      'WORKDIR /site', 'COPY . .', 'RUN --mount=type=tmpfs,target=/scratch jekyll build --destination /served', last, 'WORKDIR /served', 'USER nobody',
      // Passed within seconds only because it is asked more often until it is passed.
      'HEALTHCHECK --interval=1h CMD test -e /served/index.html',
      'CMD ["ruby", "-run", "-e", "httpd", "--", "--port=8000", "--bind-address=0.0.0.0", "/served"]', '',
    ].join('\n'),
  })
  const fine = dockerfile('RUN test -e /served/index.html')
  const title = async (): Promise<string> => /<h1[^>]*>(.*)<\/h1>/.exec((await visit(server.host, blog)).body)?.[1] ?? ''
  const fact = async () => (await here.facts()).sites.get(blog)
  let first = ''

  it('is built on the server and served: Jekyll', { timeout: 400_000 }, async () => {
    await git.secure.trust(server)
    first = await git.createRepo('blog', { ...page('First'), ...fine, '_config.yml': 'title: Blog\n' })
    await here.addSite({ domain: blog, source: buildSource(git.secure.url('blog')) })
    expect(await title()).toBe('First')
    expect(await here.leftToDo()).toEqual([])
    expect(await fact()).toMatchObject({ releases: [{ id: first, current: true, label: 'Initial commit' }], deploy: { ok: true, version: first } })
  })

  it('gets what was pushed by its timer, without a failed request', async () => {
    const visitors = startVisitors(server.host, blog, 3)
    await git.push('blog', page('Second'), 'The second one')
    await expect.poll(title, { timeout: 150_000, interval: 500 }).toBe('Second')
    await expect.poll(() => enabled(blog), { timeout: 40_000 }).toBe(`homeport-${blog}-${await colour(blog)}.service`)
    expect((await visitors.stop()).failures).toEqual([])
    expect((await fact())?.releases.map(({ label, current }) => [label, current])).toEqual([['The second one', true], ['Initial commit', false]])
  })

  it('goes back to an earlier version, stays there, and follows the branch again', async () => {
    await here.apply({ kind: 'choose-release', siteId: blog, release: first })
    expect([await title(), await here.leftToDo()]).toEqual(['First', []])
    await here.act({ kind: 'pull-site', siteId: blog })
    expect(await title()).toBe('First')
    await here.apply({ kind: 'choose-release', siteId: blog, release: null })
    expect([await title(), await here.leftToDo()]).toEqual(['Second', []])
  })

  it('stays as it was when a build fails, and says why', async () => {
    const broken = await git.push('blog', dockerfile('RUN echo "this theme is not there" >&2 && exit 4'), 'Break it')
    await expect(here.act({ kind: 'pull-site', siteId: blog })).rejects.toThrow('The build failed. The version before goes on.')
    expect(await title()).toBe('Second')
    expect((await fact())?.deploy).toMatchObject({ ok: false, stage: 'build', version: broken, error: expect.stringContaining('this theme is not there') as string })
    // The timer does not build the same again and again.
    await on(server, `systemctl start homeport-${blog}-build.service`)
    await expect.poll(() => on(server, `journalctl -o cat -u homeport-${blog}-build.service`), { timeout: 10_000 }).toContain('not tried again yet')
  })

  it('ends a build that never ends, with all that it started', async () => {
    await git.push('blog', dockerfile('RUN sleep 98765'), 'Never end')
    const source = buildSource(git.secure.url('blog'), { limits: { minutes: 1, memoryMb: 512, cpuPercent: 50 } })
    await here.apply({ kind: 'change-site', siteId: blog, draft: draftOf(blog, source) })
    await expect(here.act({ kind: 'pull-site', siteId: blog })).rejects.toThrow('longer than 1 minutes')
    expect(await on(server, 'pgrep -fx "sleep 98765" || true')).toBe('')
    expect([await title(), (await fact())?.deploy?.stage]).toEqual(['Second', 'build'])
    const slice = await on(server, `sed -n 's/^SLICE="\\(.*\\)"/\\1/p' /etc/homeport/sites/${blog}/app.conf`)
    expect((await on(server, `systemctl show --property=MemoryMax,MemorySwapMax,CPUQuotaPerSecUSec,CPUWeight,TasksMax ${slice} | sort`)).split('\n'))
      .toEqual(['CPUQuotaPerSecUSec=500ms', 'CPUWeight=20', 'MemoryMax=536870912', 'MemorySwapMax=0', 'TasksMax=2000'])
  })

  it('leaves nothing behind when it is removed, though a build is going on', async () => {
    await here.apply({ kind: 'remove-site', siteId: blog, data: 'delete' })
    const left = await on(server, `docker ps -a --format '{{.Names}}'; docker image ls --format '{{.Repository}}'; ls /etc/systemd/system /var/lib/homeport/sites /srv/homeport; ls -A /var/lib/homeport/apps 2>/dev/null; cat /var/lib/homeport/live/live.map`)
    expect(left).not.toContain(blog)
    expect(left).not.toContain('homeportbuild')
    expect(await here.leftToDo()).toEqual([])
  })
})
