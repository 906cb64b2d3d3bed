import { expect, it } from 'vitest'
import type { Home } from '../home.ts'
import { on } from '../pipeline.ts'
import { passInterval } from '../pull-timer.ts'
import { addLinks, newRepositoryName, repositoryFolder, runGit } from '../repository-folder.ts'
import { visit } from '../visitor.ts'

const domain = 'pulls.example.test'

/** What a push, good or broken, makes of a site. */
export function testGitPulls(home: () => Home): void {
  const site = newRepositoryName('pulls')
  const source = (more = {}) => ({ kind: 'git', url: home().git.url(site), branch: 'main', intervalMinutes: 1, plainHttp: true, folder: 'site/dist', ...more }) as const
  const change = (more = {}) => home().here.apply({ kind: 'change-site', siteId: domain, draft: { domain, www: false, source: source(more) } })
  const failedPull = async () => {
    await expect(home().here.act({ kind: 'pull-site', siteId: domain })).rejects.toThrow()
    return (await home().here.facts()).sites.get(domain)?.pull
  }

  it('shows a push by the timer, and nobody does anything', async () => {
    const { server, git, here } = home()
    await git.createRepo(site, { 'site/dist/index.html': 'one', 'README.md': 'not served' })
    await here.addSite({ domain, source: source() })
    const second = await git.push(site, { 'site/dist/index.html': 'two' }, 'Two')
    await passInterval(server, domain)
    await expect.poll(async () => (await here.facts()).sites.get(domain)?.pull?.commit, { timeout: 20_000, interval: 500 }).toBe(second)
    expect(await on(server, `cat /srv/homeport/${domain}/current/site/dist/index.html`)).toBe('two')
  })

  it('leaves the old version and says why where a push lost the folder', async () => {
    const { server, git } = home()
    await runGit(site, ['rm', '-r', '-q', 'site'])
    await git.push(site, { 'index.html': 'broken' }, 'Broken')
    expect(await failedPull()).toMatchObject({ ok: false, subject: 'Two', error: expect.stringMatching(/^The newest version has no folder site\/dist\./) })
    expect(await on(server, `cat /srv/homeport/${domain}/current/site/dist/index.html`)).toBe('two')
  })

  it('takes a link for no folder', async () => {
    const { git } = home()
    await addLinks(site, { site: 'real' })
    await git.push(site, { 'real/dist/index.html': 'x' }, 'Link')
    expect((await failedPull())?.error).toMatch(/has no folder site\/dist/)
  })

  it('follows a push by force', async () => {
    const { server, here } = home()
    await runGit(site, ['reset', '-q', '--hard', 'HEAD~2'])
    await runGit(site, ['push', '-q', '--force', await repositoryFolder(site, 'public'), 'HEAD:main'])
    await here.act({ kind: 'pull-site', siteId: domain })
    expect(await on(server, `cat /srv/homeport/${domain}/current/site/dist/index.html`)).toBe('two')
  })

  it('leaves the old version and says why where the branch was deleted', async () => {
    const { server } = home()
    const folder = await repositoryFolder(site, 'public')
    await runGit(site, ['--git-dir', folder, 'update-ref', '-d', 'refs/heads/main'])
    expect(await failedPull()).toMatchObject({ ok: false, subject: 'Two', error: expect.stringMatching(/^The repository does not have this branch\./), detail: expect.stringMatching(/couldn't find remote ref/) })
    expect(await on(server, `cat /srv/homeport/${domain}/current/site/dist/index.html`)).toBe('two')
    await runGit(site, ['push', '-q', folder, 'HEAD:refs/heads/main'])
  })

  it('changes the interval', async () => {
    const { here } = home()
    await change({ intervalMinutes: 600 })
    const facts = await here.facts()
    expect(((facts.units.get(`homeport-${domain}-pull.timer`)?.nextElapse ?? 0) - facts.serverTimeMs) / 3_600_000).toBeGreaterThan(9)
  })

  it('serves the folder alone', async () => {
    const { server } = home()
    expect((await visit(server.host, domain)).body).toBe('two')
    expect((await visit(server.host, domain, '/README.md')).status).toBe(404)
  })

  it('puts the files of a site that is built into a folder of their own, and publishes nothing', async () => {
    const { server, git } = home()
    const state = `/var/lib/homeport/sites/${domain}`
    const before = await on(server, `readlink /srv/homeport/${domain}/current`)
    await on(server, `printf 'FOR="build"\n' >>/etc/homeport/sites/${domain}/pull.env`)
    const pull = `systemctl start homeport-${domain}-pull.service && ls ${state}/checkout`
    const commits: string[] = []
    for (const content of ['one', 'two', 'three']) {
      await addLinks(site, { [`site/dist/out-${content}`]: '/etc/passwd' })
      commits.push(await git.push(site, { 'site/dist/Dockerfile': `FROM ${content}` }, content))
      expect((await on(server, pull)).split('\n').sort(), 'this one and the one before').toEqual(commits.slice(-2).sort())
    }
    const checkout = `${state}/checkout/${commits[2]}`
    expect(await on(server, `cd ${checkout} && find . -type l -o -name .git; cat site/dist/Dockerfile; echo; stat -c %U:%a .`)).toBe('FROM three\nhomeport:755')
    expect(await on(server, `readlink /srv/homeport/${domain}/current`)).toBe(before)
    const pinned = await on(server, `printf 'PINNED="${commits[0]}"\n' >>/etc/homeport/sites/${domain}/pull.env; ${pull}`)
    expect(pinned.split('\n').sort(), 'the build brings a pinned version by itself').toEqual(commits.slice(-2).sort())
  })
}
