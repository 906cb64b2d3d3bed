import { rename } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type { Home } from '../home.ts'
import { on } from '../pipeline.ts'
import { addLinks, newRepositoryName, repositoryFolder } from '../repository-folder.ts'
import { visit, visitPlain } from '../visitor.ts'

const domain = 'git.example.test'
const state = `cat /var/lib/homeport/sites/${domain}/pull.state`

/** A site that the server pulls from a repository. */
export function testGitSite(home: () => Home): void {
  const site = newRepositoryName('site')
  let first = ''
  let second = ''

  it('serves a git site with its www name over HTTPS, with one certificate for both', async () => {
    const { server, git, here } = home()
    first = await git.createRepo(site, {
      'index.html': 'version one', 'deep/page.html': 'deep', '.env': 'SECRET=1', '.git-not/x': 'x', '.well-known/security.txt': 'Contact: mailto:a@example.test', 'sub/.hidden': 'x',
    })
    await here.addSite({ domain, www: true, source: { kind: 'git', url: git.url(site), branch: 'main', intervalMinutes: 10, plainHttp: true } })
    const page = await visit(server.host, domain)
    expect([page.status, page.body, page.names]).toEqual([200, 'version one', [domain, `www.${domain}`]])
    expect((await visit(server.host, domain, '/deep/page.html')).body).toBe('deep')
    expect(await here.leftToDo()).toEqual([])
  })

  it('leads from HTTP to HTTPS, and from www to the domain, with path and query', async () => {
    const { host } = home().server
    const plain = await visitPlain(host, domain, '/a%20b?x=1&y=%3F')
    expect([plain.status, plain.headers.location]).toEqual([302, `https://${domain}/a%20b?x=1&y=%3F`])
    const www = await visit(host, `www.${domain}`, '/a%20b?x=1&y=%3F')
    expect([www.status, www.headers.location]).toEqual([301, `https://${domain}/a%20b?x=1&y=%3F`])
  })

  it('never serves hidden files, but what is in .well-known', async () => {
    const { host } = home().server
    const hidden = ['/.env', '/.git/HEAD', '/.git/config', '/.git-not/x', '/sub/.hidden', '/%2eenv', '/deep/../.env', '/.well-known/../.env', '//.env']
    expect(await Promise.all(hidden.map(async (path) => [path, (await visit(host, domain, path)).status]))).toEqual(hidden.map((path) => [path, 404]))
    expect((await visit(host, domain, '/.well-known/security.txt')).status).toBe(200)
    expect((await visit(host, domain, '/../../../../etc/passwd')).status).not.toBe(200)
  })

  it("logs the visitor's own address, whatever the visitor claims", async () => {
    const { server } = home()
    await visit(server.host, domain, '/spoof', { headers: { 'X-Forwarded-For': '6.6.6.6', Forwarded: 'for=6.6.6.6', 'X-Real-IP': '6.6.6.6' } })
    const find = (): Promise<string> => on(server, `journalctl -o cat SYSLOG_FACILITY=22 _UID=101 | grep '"GET /spoof ' || true`)
    await expect.poll(find, { timeout: 5000 }).not.toBe('')
    const line = await find()
    expect(line).not.toContain('6.6.6.6')
    expect(line).toMatch(/^10\.6\d\.0\.1 /) // this computer in the test network
  })

  it('serves a new version after a push and a pull, and has a timer that pulls by itself', async () => {
    const { server, git, here } = home()
    second = await git.push(site, { 'index.html': 'version two' }, 'Say "two" & more')
    await here.act({ kind: 'pull-site', siteId: domain })
    expect((await visit(server.host, domain)).body).toBe('version two')
    const facts = await here.facts()
    expect(facts.sites.get(domain)?.pull).toMatchObject({ ok: true, commit: second, subject: 'Say "two" & more', author: 'Test', error: null })
    const inMinutes = ((facts.units.get(`homeport-${domain}-pull.timer`)?.nextElapse ?? 0) - facts.serverTimeMs) / 60_000
    expect(inMinutes).toBeGreaterThan(8)
    expect(inMinutes).toBeLessThan(12)
  })

  it('keeps serving the old version when the repository is gone, and says why', async () => {
    const { server, here } = home()
    const folder = await repositoryFolder(site, 'public')
    await rename(folder, `${folder}.away`)
    await expect(here.act({ kind: 'pull-site', siteId: domain })).rejects.toThrow(/not found|repository/i)
    await rename(`${folder}.away`, folder)
    expect((await visit(server.host, domain)).body).toBe('version two')
    const pull = (await here.facts()).sites.get(domain)?.pull
    expect(pull).toMatchObject({ ok: false, error: expect.stringMatching(/^There is no such repository, or it is private\./), detail: expect.stringMatching(/not found/i) })
    expect(pull?.error).not.toMatch(/\n/)
    expect(await here.leftToDo(), 'a pull that fails is told, and is no drift').toEqual([])
    await here.act({ kind: 'pull-site', siteId: domain })
    expect(await on(server, state)).toContain('ok=1')
  })

  it('stays on an earlier version after a roll back, through pulls, until it follows the branch again', async () => {
    const { server, git, here } = home()
    await here.apply({ kind: 'choose-release', siteId: domain, release: first })
    expect((await visit(server.host, domain)).body).toBe('version one')
    await git.push(site, { 'index.html': 'version three' }, 'Three')
    await here.act({ kind: 'pull-site', siteId: domain })
    expect((await visit(server.host, domain)).body, 'pinned').toBe('version one')
    expect(await here.leftToDo()).toEqual([])
    await here.apply({ kind: 'choose-release', siteId: domain, release: null })
    expect((await visit(server.host, domain)).body, 'following').toBe('version three')
    expect(await here.leftToDo()).toEqual([])
  })

  it('refuses a repository or a branch that is not there when planning, beside its field', async () => {
    const { git, here } = home()
    const draft = (url: string, branch: string) => ({ kind: 'add-site', draft: { domain: 'none.example.test', www: false, source: { kind: 'git', url, branch, intervalMinutes: 10, plainHttp: true } } }) as const
    await expect(here.desk.plan(draft(git.url('none'), 'main'))).rejects.toMatchObject({ code: 'input-invalid', fields: { 'source.url': expect.any(String) } })
    await expect(here.desk.plan(draft(git.url(site), 'none'))).rejects.toMatchObject({ code: 'input-invalid', fields: { 'source.branch': expect.any(String) } })
  })

  it('leaves out links of a repository that lead to files outside of it', async () => {
    const { server, git, here } = home()
    const links = newRepositoryName('links')
    await git.createRepo(links, { 'index.html': 'links' })
    await addLinks(links, { 'passwd': '/etc/passwd', 'up': '../../../../../../etc/passwd', 'root': '/', 'key': `/certificates/${domain}.pem.key`, 'config': '/etc/homeport/nginx.conf', 'inside': 'index.html', 'chain': 'passwd' })
    await git.push(links, {}, 'Links')
    await here.addSite({ domain: 'links.example.test', source: { kind: 'git', url: git.url(links), branch: 'main', intervalMinutes: 10, plainHttp: true } })
    const paths = ['/passwd', '/up', '/root/etc/passwd', '/key', '/config', '/chain']
    expect(await Promise.all(paths.map(async (path) => [path, (await visit(server.host, 'links.example.test', path)).status]))).toEqual(paths.map((path) => [path, 404]))
    expect((await visit(server.host, 'links.example.test', '/inside')).body).toBe('links')
  })
}
