import { expect, it } from 'vitest'
import type { Home } from '../home.ts'
import { on } from '../pipeline.ts'
import { newRepositoryName } from '../repository-folder.ts'
import { visit } from '../visitor.ts'

const siteId = 'life.example.test'

/** What a person does to a site from its beginning to its end. */
export function testSiteLife(home: () => Home): void {
  it('answers 503 with a notice while a site is paused, and serves it again afterwards', async () => {
    const { server, here } = home()
    await here.addUpload(siteId, { 'index.html': 'alive' })
    await here.apply({ kind: 'pause-site', siteId, paused: true })
    const page = await visit(server.host, siteId)
    expect([page.status, page.body]).toEqual([503, expect.stringContaining('taking a break')])
    expect(await on(server, `ls /etc/homeport/static/sites | grep -c '^${siteId}' || true`)).toBe('0')
    expect(await here.leftToDo()).toEqual([])
    await here.apply({ kind: 'pause-site', siteId, paused: false })
    expect((await visit(server.host, siteId)).body).toBe('alive')
    expect(await here.leftToDo()).toEqual([])
  })

  it('has no container of its own to restart or to reset, and says so', async () => {
    const { here } = home()
    for (const kind of ['restart-site', 'reset-site'] as const) {
      await expect(here.desk.act({ kind, siteId })).rejects.toMatchObject({ code: 'input-invalid', message: expect.stringContaining('no container of its own') })
      await expect(here.desk.act({ kind, siteId: 'none.example.test' })).rejects.toMatchObject({ code: 'input-invalid', message: expect.stringContaining('no site') })
    }
    await here.act({ kind: 'restart-proxy' })
    expect((await visit(home().server.host, siteId)).body).toBe('alive')
    expect(await here.leftToDo()).toEqual([])
  })

  it('gets another domain and www, with a certificate for them, and keeps its id', async () => {
    const { server, here } = home()
    const source = (await here.facts()).spec?.sites.find((site) => site.id === siteId)?.source
    if (source === undefined) throw new Error('no site')
    await here.apply({ kind: 'change-site', siteId, draft: { domain: 'renamed.example.test', www: true, source } })
    const page = await visit(server.host, 'renamed.example.test')
    expect([page.status, page.names]).toEqual([200, ['renamed.example.test', 'www.renamed.example.test']])
    expect((await visit(server.host, 'www.renamed.example.test')).status).toBe(301)
    await expect(visit(server.host, siteId), 'the old name').rejects.toThrow()
    expect((await here.facts()).spec?.sites.find((site) => site.domain === 'renamed.example.test')?.id).toBe(siteId)
    expect(await here.leftToDo()).toEqual([])
    await here.apply({ kind: 'change-site', siteId, draft: { domain: siteId, www: false, source } })
    expect((await visit(server.host, siteId)).names).toEqual([siteId])
    await expect(visit(server.host, 'www.renamed.example.test')).rejects.toThrow()
  })

  it('changes from an upload to a repository and back', async () => {
    const { server, git, here } = home()
    const repository = newRepositoryName('life')
    await git.createRepo(repository, { 'index.html': 'from git' })
    const change = (source: object) => here.apply({ kind: 'change-site', siteId, draft: { domain: siteId, www: false, source: source as never } })
    await change({ kind: 'git', url: git.url(repository), branch: 'main', intervalMinutes: 60, plainHttp: true })
    expect((await visit(server.host, siteId)).body).toBe('from git')
    expect(await here.leftToDo()).toEqual([])
    const { release } = await here.send({ 'index.html': 'from a folder again' })
    await change({ kind: 'upload', release })
    expect((await visit(server.host, siteId)).body).toBe('from a folder again')
    expect(await here.leftToDo()).toEqual([])
    expect(await on(server, `ls /etc/systemd/system | grep -e '${siteId}-pull' || true; systemctl list-timers --all --plain --no-legend 'homeport-${siteId}*'`)).toBe('')
  })

  it('leaves an archive with all files when a site is removed, or nothing, as chosen', async () => {
    const { server, here } = home()
    const rest = `find /etc /var/lib/homeport /srv/homeport /usr/local -name '*${siteId}*' ! -path '/srv/homeport/.archive/*' ! -path '/var/lib/homeport/runs/*'; docker ps -aq --filter name=homeport-${siteId}; docker network ls -q --filter name=homeport-${siteId}; systemctl list-units --all --plain --no-legend 'homeport-${siteId}*'`
    await here.apply({ kind: 'remove-site', siteId, data: 'archive' })
    await expect(visit(server.host, siteId)).rejects.toThrow()
    // What is known of its certificate goes with the next run of the timer's own unit, which nobody waits for.
    await expect.poll(() => on(server, rest), { timeout: 50_000 }).toBe('')
    expect(await on(server, `tar -tzf /srv/homeport/.archive/${siteId}-*.tar.gz`)).toMatch(new RegExp(`^${siteId}/current$`, 'm'))
    expect(await on(server, `cd $(mktemp -d) && tar -xzf /srv/homeport/.archive/${siteId}-*.tar.gz && cat ${siteId}/current/index.html`)).toBe('from a folder again')
    await here.addUpload(siteId, { 'index.html': 'second life' })
    expect((await visit(server.host, siteId)).body).toBe('second life')
    await here.apply({ kind: 'remove-site', siteId, data: 'delete' })
    await expect.poll(() => on(server, rest), { timeout: 50_000 }).toBe('')
    expect(await on(server, `ls /srv/homeport/.archive | wc -l`)).toBe('1')
    expect(await here.leftToDo()).toEqual([])
  })
}
