import { expect, it } from 'vitest'
import { gitHostKeys, makeDeployKey } from '../../../src/main/server/deploy-key.ts'
import type { DeployKey } from '../../../src/shared/git-source.ts'
import type { Home } from '../home.ts'
import { on, resources } from '../pipeline.ts'
import { passInterval } from '../pull-timer.ts'
import { newRepositoryName } from '../repository-folder.ts'

const domain = 'private.example.test'
const secrets = '/var/lib/homeport/secrets'

/** A site whose repository is only to be read with a deploy key. */
export function testGitSsh(home: () => Home): void {
  const site = newRepositoryName('private')
  let key: DeployKey
  const source = () => ({ kind: 'git', url: home().git.ssh.url(site), branch: 'main', intervalMinutes: 10, key }) as const
  const addition = (more = {}) => ({ kind: 'add-site', draft: { domain, www: false, source: { ...source(), ...more } } }) as const

  const served = () => on(home().server, `cat /srv/homeport/${domain}/current/index.html`)

  it('makes a deploy key whose secret half stays on the server, for root alone', async () => {
    const { server, git, here } = home()
    await git.createRepo(site, { 'index.html': 'private one' })
    const { secret, publicKey } = await makeDeployKey(await here.session(), resources)
    expect(publicKey).toMatch(/^ssh-ed25519 [A-Za-z0-9+/=]+$/)
    expect(await on(server, `stat -c '%a %U:%G' ${secrets}/${secret}.key; ssh-keygen -y -f ${secrets}/${secret}.key`)).toBe(`600 root:root\n${publicKey} homeport`)
    expect(await on(server, `ls -A ${secrets} | grep -v '^s[0-9a-f]*.key$' || true; ls -d /run/homeport-key.* 2>/dev/null || true`), 'nothing else is left').toBe('')
    key = { secret, publicKey, hostKeys: [publicKey] }
  })

  it('shows the host keys of the git server, asked from the server', async () => {
    const { git, here } = home()
    const keys = await gitHostKeys(await here.session(), git.ssh.url(site), resources)
    expect(keys.map(({ publicKey }) => publicKey).sort()).toEqual([...git.ssh.hostKeys()].sort())
    expect(keys.every(({ sha256, knownAs }) => /^SHA256:[A-Za-z0-9+/]{43}$/.test(sha256) && knownAs === null)).toBe(true)
    key = { ...key, hostKeys: keys.map(({ publicKey }) => publicKey) }
  })

  it.each([
    ['ssh://git@nowhere.invalid/x', /no git server of this name/], ['ssh://git@127.0.0.1:9/x', /takes no connections/], ['https://example.org/x', /not one with ssh/],
  ])('says why %s shows no host key', async (url, message) => {
    await expect(gitHostKeys(await home().here.session(), url, resources)).rejects.toMatchObject({ code: 'input-invalid', message: expect.stringMatching(message), fields: { 'source.url': expect.any(String) } })
  })

  it('says of a web server that it is not one of ssh', async () => {
    const { git, here } = home()
    await expect(gitHostKeys(await here.session(), git.url(site).replace(/^http:\/\//, 'ssh://git@'), resources)).rejects.toMatchObject({ code: 'input-invalid', message: expect.stringMatching(/not an ssh server/) })
  })

  it('refuses the plan until the key is added at the repository, then for a branch that is not there', async () => {
    const { server, git, here } = home()
    await expect(here.desk.plan(addition())).rejects.toMatchObject({ code: 'input-invalid', hint: expect.stringMatching(/^Add the deploy key/), fields: { 'source.key': expect.any(String) } })
    const other = newRepositoryName('other')
    git.ssh.allow(other, key.publicKey)
    await expect(here.desk.plan(addition()), 'a key of another repository').rejects.toMatchObject({ message: expect.stringMatching(/no such repository, or the deploy key/), fields: { 'source.url': expect.any(String) } })
    git.ssh.refuseAll(other)
    git.ssh.allow(site, key.publicKey)
    await expect(here.desk.plan(addition({ branch: 'none' }))).rejects.toMatchObject({ fields: { 'source.branch': expect.any(String) } })
    await expect(here.desk.plan(addition({ key: { ...key, hostKeys: [key.publicKey] } })), 'a host key that nobody agreed to').rejects.toMatchObject({ message: expect.stringMatching(/another key/), fields: { 'source.key': expect.any(String) } })
    expect(await on(server, 'ls -d /run/homeport-check.* 2>/dev/null || true'), 'no copy of the key is left').toBe('')
  })

  it('publishes what it pulls over ssh, and a push by "pull now" or by the timer', async () => {
    const { server, git, here } = home()
    await here.apply(addition())
    expect(await served()).toBe('private one')
    await git.push(site, { 'index.html': 'private two' }, 'Two')
    await here.act({ kind: 'pull-site', siteId: domain })
    expect(await served()).toBe('private two')
    expect(await here.leftToDo()).toEqual([])
    await git.push(site, { 'index.html': 'private three' }, 'Three')
    await passInterval(server, domain)
    await expect.poll(served, { timeout: 20_000, interval: 300 }).toBe('private three')
  })

  it('lets only the pull itself read the key', async () => {
    const { server } = home()
    const path = `${secrets}/${key.secret}.key`
    expect((await server.exec(`setpriv --reuid=homeport --regid=homeport --clear-groups -- cat ${path}`)).code).not.toBe(0)
    expect(await on(server, `grep -rl 'BEGIN OPENSSH PRIVATE KEY' /etc/homeport /srv/homeport /run/homeport* /var/lib/homeport/sites /var/lib/homeport/runs 2>/dev/null || true`)).toBe('')
  })

  it.each([
    ['the key was taken from the repository', async ({ git }: Home) => git.ssh.refuseAll(site), /^The git server does not know the deploy key\. Add/],
    ['the git server shows another host key', async ({ git }: Home) => git.ssh.changeHostKeys(), /^The git server shows another key than the one that was agreed to/],
  ])('leaves the old version and says so where %s', async (_what, harm, words) => {
    const { git, here } = home()
    git.ssh.refuseAll(site)
    git.ssh.allow(site, key.publicKey)
    await harm(home())
    await expect(here.act({ kind: 'pull-site', siteId: domain })).rejects.toThrow()
    const pull = (await here.facts()).sites.get(domain)?.pull
    expect(pull).toMatchObject({ ok: false, error: expect.stringMatching(words), detail: expect.stringMatching(/Permission denied|Host key|not found/i), subject: 'Three' })
    expect(await served()).toBe('private three')
  })

  it('says that the key is gone where somebody removed it from the server, and at the form too', async () => {
    const { server, here } = home()
    await on(server, `mv ${secrets}/${key.secret}.key /root/away.key`)
    await expect(here.act({ kind: 'pull-site', siteId: domain })).rejects.toThrow()
    expect((await here.facts()).sites.get(domain)?.pull?.error).toMatch(/^The deploy key is not on the server any more\. Make a new/)
    await expect(here.desk.plan({ ...addition(), kind: 'change-site', siteId: domain })).rejects.toMatchObject({ fields: { 'source.key': expect.stringMatching(/not on your server any more/) } })
    await on(server, `mv /root/away.key ${secrets}/${key.secret}.key`)
  })

  it('takes the key from the server when nothing names it any more', async () => {
    const { server, here } = home()
    await here.apply({ kind: 'remove-site', siteId: domain, data: 'delete' })
    expect(await on(server, `ls ${secrets}/${key.secret}.key 2>/dev/null || true`)).toBe('')
  })

  it('reads from OpenSSH with git-shell, as people have it on servers of their own', async () => {
    const { server, here } = home()
    const url = 'ssh://git@127.0.0.1/home/git/site.git'
    const { secret, publicKey } = await makeDeployKey(await here.session(), resources)
    await on(server, `useradd -m -p '*' -s /usr/bin/git-shell git && cd /home/git && mkdir .ssh && cat >.ssh/authorized_keys && git init -q --bare -b main site.git && git init -q -b main work && cd work && echo own >index.html \
      && git add . && git -c user.name=Ada -c user.email=ada@example.test commit -q -m Own && git push -q ../site.git main && chown -R git: /home/git`, `${publicKey}\n`)
    const hostKeys = (await gitHostKeys(await here.session(), url, resources)).map((one) => one.publicKey)
    const draft = (from: string) => ({ domain: 'own.example.test', source: { kind: 'git', url: from, branch: 'main', intervalMinutes: 10, key: { secret, publicKey, hostKeys } } }) as const
    await expect(here.addSite(draft('ssh://git@127.0.0.1/site.git')), 'not the whole path').rejects.toMatchObject({ hint: expect.stringMatching(/the whole path/) })
    await here.addSite(draft(url))
    expect(await on(server, 'cat /srv/homeport/own.example.test/current/index.html')).toBe('own')
  })
}
