import { readFileSync } from 'node:fs'
import { agreeToHostKey, approve, chooseLogin, connectWithKey, drawer, expectChanged, expectPublished, expectSetUp, fillAddress, finish, openSiteMenu, runTimeoutMs, siteRow, startSetUp } from './flows.ts'
import { expect, setStage, test } from './fixtures.ts'
import { makeArchive, makeFolder } from './site-files.ts'
import { visit } from './visitor.ts'

/** The whole life of a server, the way a person lives it: from the empty start page to a bare server that nobody knows any more. */
const stage = setStage('')
const gitSite = 'hello.homeport.test'
const folderSite = 'folder.homeport.test'
const archiveSite = 'archive.homeport.test'
/** Milliseconds within which this computer asks each site again. */
const probedWithinMs = 45_000
const pageOf = (text: string): string => `<!doctype html><html lang="en"><title>${text}</title><h1>${text}</h1>\n`
const webServerFile = (domain: string): string => `/etc/homeport/static/sites/${domain}.conf`

/** As an administrator would, with an editor on the server. */
async function changeByHand(file: string): Promise<void> {
  const { code, stderr } = await stage.server.exec(`test -f ${file} && echo '# by hand' >> ${file}`)
  expect(code, stderr).toBe(0)
}

test('begins with what Homeport will do, where no server is known', async () => {
  const { page, screens } = stage
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('A harbour for your own sites')
  await screens.keep('start-empty')
})

test('refuses addresses that are none, at the form', async () => {
  const { page, screens } = stage
  await page.getByRole('link', { name: 'Add a server' }).click()
  await expect(page.getByRole('heading', { name: 'Connect to your server' })).toBeVisible()
  await screens.keep('connect')
  const address = page.getByRole('combobox', { name: 'Address', exact: true })
  const user = page.getByLabel('User', { exact: true })
  const port = page.getByLabel('Port', { exact: true })
  await port.fill('')
  await user.fill('ro ot;id')
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(address).toHaveAccessibleDescription(/Type the address of the server/)
  await expect(user).toHaveAccessibleDescription(/This is not a user name of a server/)
  await expect(port).toHaveAccessibleDescription(/The port is a number/)
  for (const hostile of ['-oProxyCommand=id', '$(reboot).example.org', 'example.org;id', "a'b", 'ssh://example.org', 'exa mple.org']) {
    await address.fill(hostile)
    await page.getByRole('button', { name: 'Connect' }).click()
    await expect(address, hostile).toHaveAccessibleDescription(/This is not an address/)
    await expect(address).toHaveAttribute('aria-invalid', 'true')
  }
  await screens.keep('connect-field-errors')
})

test('shows the fingerprint before a password travels, and says when the password is wrong', async () => {
  const { page, server, screens } = stage
  await server.setPasswordLogin(true)
  await fillAddress(page, server)
  await chooseLogin(page, 'Password')
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill('not the password')
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByRole('dialog', { name: 'Is this really your server?' })).toBeVisible()
  await screens.keep('host-key-consent')
  await agreeToHostKey(page, server.hostKeySha256)
  await expect(page.getByRole('alert').filter({ hasText: /password/i })).toBeVisible()
  await screens.keep('wrong-password')
  await page.getByRole('link', { name: 'Cancel' }).click()
})

test('connects with a key file and checks the server without changing it', async () => {
  const { page, server, screens } = stage
  const before = await server.exec('ls /etc /var/lib /usr/local/lib | sha256sum')
  await connectWithKey(page, server)
  const checks = page.getByRole('list', { name: 'Checks' })
  await expect(checks.getByRole('listitem').filter({ hasText: 'Operating system' })).toContainText('13 (trixie)')
  await expect(page.getByText('In the way', { exact: true })).toHaveCount(0)
  await screens.keep('preflight')
  expect((await server.exec('ls /etc /var/lib /usr/local/lib | sha256sum')).stdout).toBe(before.stdout)
})

test('shows the plan, with each file and each command, before anything happens', async () => {
  const { page, screens } = stage
  await page.getByRole('button', { name: 'Continue to the plan' }).click()
  const summary = page.getByRole('group', { name: 'Summary' })
  await expect(summary).toContainText(/\d+ to create/)
  await screens.keep('plan')
  const proxy = page.getByRole('region', { name: /^Proxy/ })
  await proxy.getByRole('button', { name: 'Show the file' }).first().click()
  await expect(proxy.getByRole('region', { name: /^Changes of \// }).first()).toBeVisible()
  await proxy.getByRole('button', { name: 'Show the commands' }).first().click()
  const commands = proxy.getByRole('region', { name: /^Commands for/ }).first()
  await proxy.getByRole('button', { name: 'Copy the commands' }).first().click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await commands.textContent())
  await screens.keep('plan-open')
  await page.getByRole('button', { name: 'Back', exact: true }).click()
})

test('sets the server up, and shows every step to the end', async () => {
  const { page, server, screens } = stage
  await startSetUp(page)
  await expect(page.getByRole('region', { name: /^Output of/ }).first()).toBeVisible({ timeout: runTimeoutMs })
  await screens.keep('run')
  await expectSetUp(page)
  await expect(page.getByRole('progressbar', { name: 'Progress' })).toHaveAttribute('aria-valuenow', '100')
  await screens.keep('run-done')
  expect((await server.exec('systemctl is-active homeport-proxy.service')).stdout.trim()).toBe('active')
  await page.getByRole('link', { name: 'Go to the server' }).click()
  await expect(page.getByText('No sites yet')).toBeVisible()
  await screens.keep('dashboard-empty')
})

test('refuses domains, repositories and branches that are none, at the form', async () => {
  const { page, screens } = stage
  await page.getByRole('link', { name: 'Add your first site' }).click()
  await expect(page.getByRole('heading', { name: 'Add a site' })).toBeVisible()
  await screens.keep('site-form')
  await page.getByRole('radio', { name: 'A git repository', exact: true }).check()
  const refuses = async (label: string, value: string, message: RegExp): Promise<void> => {
    const field = page.getByLabel(label, { exact: true })
    await field.fill(value)
    await field.blur()
    await expect(field, value).toHaveAccessibleDescription(message)
  }
  await refuses('Domain', 'https://example.org/', /without https:/)
  await refuses('Domain', '../../etc/passwd', /without a path/)
  await refuses('Domain', '*.example.org', /names with \*/)
  await refuses('Domain', '192.0.2.1', /needs a domain name/)
  await refuses('Domain', '$(reboot).example.org', /not a domain name/)
  await refuses('Domain', 'localhost', /at least two parts/)
  await refuses('Address of the repository', 'ext::sh -c id', /no spaces/)
  await refuses('Address of the repository', 'file:///etc/passwd', /must begin with https/)
  await refuses('Address of the repository', 'git@-oProxyCommand=id:x', /must begin with https|name of a git server/)
  await refuses('Address of the repository', 'https://you:secret@example.org/site.git', /stored readably/)
  await refuses('Branch', '--upload-pack=id', /not a branch name/)
  await refuses('Branch', 'a..b', /not a branch name/)
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByRole('heading', { name: 'Add a site' })).toBeVisible()
  await screens.keep('site-form-field-errors')
})

test('publishes a site from a git repository', async () => {
  const { page, server, git, screens } = stage
  await git.createRepo('hello', { 'index.html': pageOf('Hello from git') })
  await page.getByLabel('Domain', { exact: true }).fill(gitSite)
  await page.getByLabel('Address of the repository').fill(git.url('hello'))
  await page.getByLabel('Yes, take the pages over http://').check()
  await page.getByLabel('Branch', { exact: true }).fill('main')
  await page.getByRole('switch', { name: `Also answer under www.${gitSite}` }).check()
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByRole('heading', { name: 'Review the new site' })).toBeVisible()
  await expect(page.getByRole('region', { name: `Site ${gitSite}` })).toBeVisible()
  await screens.keep('site-plan')
  await approve(page)
  await expectPublished(page, gitSite)
  await screens.keep('site-published')
  expect(await visit(server, gitSite)).toMatchObject({ status: 200, body: pageOf('Hello from git') })
  expect(await visit(server, `www.${gitSite}`)).toMatchObject({ status: 301, location: `https://${gitSite}/` })
})

test('publishes a site from a folder of this computer', async () => {
  const { page, server, screens } = stage
  await page.getByRole('link', { name: 'Go to the sites' }).click()
  await page.getByRole('link', { name: 'Add a site' }).click()
  await page.getByLabel('Domain', { exact: true }).fill(gitSite)
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByRole('alert')).toHaveText(/Choose a folder or an archive/)
  await page.getByLabel('Folder of the site').setInputFiles(makeFolder('site', { 'index.html': pageOf('Hello from a folder'), 'pictures/ä b.txt': 'a picture', '.git/config': 'secret' }))
  await expect(page.getByText('On the server, not published yet.')).toBeVisible()
  await expect(page.getByText('2 files', { exact: false })).toBeVisible()
  await expect(page.getByText('Left out, because it is not part of a site: .git')).toBeVisible()
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByLabel('Domain', { exact: true })).toHaveAccessibleDescription(/already belongs to another site/)
  await page.getByLabel('Domain', { exact: true }).fill(folderSite)
  await screens.keep('site-form-upload')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await approve(page)
  await expectPublished(page, folderSite)
  expect(await visit(server, folderSite)).toMatchObject({ status: 200, body: pageOf('Hello from a folder') })
  expect(await visit(server, folderSite, '/pictures/%C3%A4%20b.txt')).toMatchObject({ status: 200, body: 'a picture' })
  expect((await visit(server, folderSite, '/.git/config')).status).toBe(404)
})

test('publishes a site from an archive', async () => {
  const { page, server } = stage
  await page.getByRole('link', { name: 'Go to the sites' }).click()
  await page.getByRole('link', { name: 'Add a site' }).click()
  await page.getByLabel('Domain', { exact: true }).fill(archiveSite)
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose an archive' }).click()
  await (await chooser).setFiles({ name: 'site.tar.gz', mimeType: 'application/gzip', buffer: await makeArchive({ 'index.html': pageOf('Hello from an archive') }) })
  await expect(page.getByText('On the server, not published yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await approve(page)
  await expectPublished(page, archiveSite)
  expect(await visit(server, archiveSite)).toMatchObject({ status: 200, body: pageOf('Hello from an archive') })
})

test('shows all sites alive on the dashboard, and what is left to do about their names', async () => {
  const { page, screens } = stage
  await page.getByRole('link', { name: 'Go to the sites' }).click()
  for (const domain of [gitSite, folderSite, archiveSite]) {
    // Test names are in no DNS: that this is all there is to say means that the site answers.
    await expect(siteRow(page, domain)).toContainText('No DNS yet', { timeout: probedWithinMs })
  }
  await siteRow(page, gitSite).getByRole('button', { name: 'Show the DNS record to set' }).click()
  await expect(siteRow(page, gitSite).getByRole('table', { name: 'DNS records to set' })).toContainText(`www.${gitSite}`)
  await expect(page.getByRole('progressbar', { name: 'Memory' })).not.toHaveAttribute('aria-valuenow', '0')
  await screens.keep('dashboard')
})

test('follows the logs of a site, finds, pauses and saves lines', async () => {
  const { page, server, screens } = stage
  await openSiteMenu(page, gitSite, 'Logs')
  const log = page.getByRole('log', { name: 'Log lines' })
  await visit(server, gitSite, '/marker-one')
  await expect(log.getByText('/marker-one').first()).toBeVisible()
  await screens.keep('logs')
  await page.getByLabel('Find').fill('marker-two')
  await expect(log.getByText('No line fits.')).toBeVisible()
  await visit(server, gitSite, '/marker-two')
  await expect(log.getByText('/marker-two').first()).toBeVisible()
  await expect(log.getByText('/marker-one')).toHaveCount(0)
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByRole('button', { name: 'Go to the newest line' })).toBeVisible()
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save' }).click()
  const saved = await saving
  expect(saved.suggestedFilename()).toMatch(new RegExp(`^${gitSite}-.*\\.log$`))
  const text = readFileSync(await saved.path(), 'utf8')
  expect(text).toContain('/marker-two')
  expect(text).not.toContain('/marker-one')
  await page.getByRole('button', { name: 'Follow' }).click()
  await expect(page.getByRole('button', { name: 'Go to the newest line' })).toBeHidden()
})

test('pulls a new version now, and rolls back to the one before', async () => {
  const { page, server, git, screens } = stage
  const first = (await server.exec(`readlink /srv/homeport/${gitSite}/current`)).stdout.trim().replace('releases/', '')
  await git.push('hello', { 'index.html': pageOf('Hello again') }, 'Say it again')
  await page.getByRole('tab', { name: 'Sites' }).click()
  await page.getByRole('link', { name: gitSite, exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: gitSite })).toBeVisible()
  await page.getByRole('button', { name: 'Pull now' }).click()
  await finish(drawer(page, `Pull ${gitSite} now`))
  await expect(page.getByRole('region', { name: 'Content' })).toContainText('Say it again')
  expect((await visit(server, gitSite)).body).toBe(pageOf('Hello again'))
  await screens.keep('site')
  await page.getByRole('button', { name: `Roll back to ${first.slice(0, 7)}` }).click()
  const shown = drawer(page, `Roll ${gitSite} back to ${first.slice(0, 7)}`)
  await approve(shown)
  await finish(shown)
  expect((await visit(server, gitSite)).body).toBe(pageOf('Hello from git'))
  await expect(page.getByRole('button', { name: 'Follow the branch again' })).toBeVisible()
})

test('edits a site', async () => {
  const { page, server, screens } = stage
  await page.getByRole('link', { name: 'Edit' }).click()
  await expect(page.getByLabel('Domain', { exact: true })).toHaveValue(gitSite)
  await expect(page.getByLabel('Branch', { exact: true })).toHaveValue('main')
  await page.getByRole('switch', { name: `Also answer under www.${gitSite}` }).uncheck()
  await screens.keep('site-edit')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await approve(page)
  await expectChanged(page, gitSite)
  // The version that was rolled back to stays.
  expect((await visit(server, gitSite)).body).toBe(pageOf('Hello from git'))
  // No certificate is shown for a name that belongs to no site.
  await expect(visit(server, `www.${gitSite}`)).rejects.toMatchObject({ code: 'EPROTO' })
  await page.getByRole('link', { name: 'Go to the sites' }).click()
})

test('pauses a site and resumes it', async () => {
  const { page, server, screens } = stage
  await openSiteMenu(page, folderSite, 'Pause')
  const pausing = drawer(page, `Pause ${folderSite}`)
  await expect(pausing.getByRole('group', { name: 'Summary' })).toBeVisible()
  await screens.keep('drawer-plan')
  await approve(pausing)
  await finish(pausing)
  await expect(siteRow(page, folderSite)).toContainText('Paused')
  expect((await visit(server, folderSite)).status).toBe(503)
  expect((await visit(server, archiveSite)).status).toBe(200)

  await openSiteMenu(page, folderSite, 'Resume')
  const resuming = drawer(page, `Resume ${folderSite}`)
  await approve(resuming)
  await finish(resuming)
  expect((await visit(server, folderSite)).status).toBe(200)
})

test('notices a file that was changed by hand, shows how, and brings it back', async () => {
  const { page, server, screens } = stage
  const file = webServerFile(archiveSite)
  const before = await server.exec(`sha256sum ${file}`)
  await changeByHand(file)
  const changed = page.getByRole('region', { name: 'Changed on the server' })
  await expect(changed).toContainText('1 thing on the server is not as Homeport left it')
  await changed.getByRole('button', { name: 'Show what bringing it back changes' }).click()
  await expect(changed.getByRole('region', { name: `Changes of ${file}` })).toContainText('# by hand')
  await screens.keep('drift')
  await changed.getByRole('button', { name: 'Bring back' }).click()
  const shown = drawer(page, 'Bring the server back')
  await approve(shown)
  await finish(shown)
  await expect(changed).toBeHidden()
  expect((await server.exec(`sha256sum ${file}`)).stdout).toBe(before.stdout)
})

test('finds nothing to do on a server that is as it should be', async () => {
  const { page, screens } = stage
  await page.getByRole('tab', { name: 'Server' }).click()
  await expect(page.getByRole('list', { name: 'Runs' }).getByRole('listitem')).not.toHaveCount(0)
  await screens.keep('server-tab')
  await page.getByRole('button', { name: 'Check the set-up' }).click()
  const shown = drawer(page, 'Check the set-up')
  await expect(shown.getByText('Everything is as it should be')).toBeVisible()
  await expect(shown.getByRole('button', { name: /^Apply/ })).toHaveCount(0)
  await screens.keep('nothing-to-do')
  await shown.getByRole('button', { name: 'Close', exact: true }).last().click()
})

test('makes a new plan where the server changed since the one that was approved', async () => {
  const { page, server, screens } = stage
  await page.getByRole('tab', { name: 'Sites' }).click()
  await openSiteMenu(page, archiveSite, 'Pause')
  const shown = drawer(page, `Pause ${archiveSite}`)
  await expect(shown.getByRole('group', { name: 'Summary' })).toBeVisible()
  await changeByHand(webServerFile(folderSite))
  await approve(shown)
  await expect(shown.getByText('The server changed since this plan was made. Here is the new plan.')).toBeVisible()
  await expect(shown.getByText(/^New in the plan: /).first()).toBeVisible()
  await screens.keep('plan-stale')
  expect((await visit(server, archiveSite)).status).toBe(200)
  await approve(shown)
  await finish(shown)
  expect((await visit(server, archiveSite)).status).toBe(503)
  expect((await visit(server, folderSite)).status).toBe(200)
})

test('removes a site and keeps its files as an archive', async () => {
  const { page, server, screens } = stage
  await openSiteMenu(page, archiveSite, 'Remove …')
  const dialog = page.getByRole('dialog', { name: `Remove ${archiveSite}` })
  await dialog.getByLabel('Delete them for ever').check()
  await expect(dialog.getByRole('button', { name: 'Review the removal' })).toBeDisabled()
  await screens.keep('remove-site')
  await dialog.getByLabel('Keep them as an archive on the server').check()
  await dialog.getByRole('button', { name: 'Review the removal' }).click()
  const shown = drawer(page, `Remove ${archiveSite}`)
  await approve(shown)
  await finish(shown)
  await expect(siteRow(page, archiveSite)).toHaveCount(0)
  expect((await server.exec(`docker ps -aq --filter name=homeport-${archiveSite}; ls -d /srv/homeport/${archiveSite} /etc/homeport/sites/${archiveSite} 2>/dev/null`)).stdout).toBe('')
  expect((await server.exec(`find / -xdev -path /proc -prune -o -name '*${archiveSite}*.tar*' -print 2>/dev/null`)).stdout.trim()).not.toBe('')
  expect((await visit(server, gitSite)).status).toBe(200)
})

test('shows what takes the space, and brings a removed site back', async () => {
  const { page, server, screens } = stage
  await page.getByRole('tab', { name: 'Storage' }).click()
  const archive = page.getByRole('list', { name: 'Kept archives' }).getByRole('listitem', { name: archiveSite })
  await expect(archive).toContainText('Kept on')
  await screens.keep('storage')
  await archive.getByRole('button', { name: /^Bring back/ }).click()
  await finish(drawer(page, `Bring back the files of ${archiveSite}`))
  await page.getByRole('list', { name: 'Files without a site' }).getByRole('listitem', { name: archiveSite }).getByRole('link', { name: /^Add the site/ }).click()
  await expect(page.getByLabel('Domain', { exact: true })).toHaveValue(archiveSite)
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await approve(page)
  await expectPublished(page, archiveSite)
  expect(await visit(server, archiveSite)).toMatchObject({ status: 200, body: pageOf('Hello from an archive') })
  await page.getByRole('link', { name: 'Go to the sites' }).click()
  await page.getByRole('tab', { name: 'Storage' }).click()
  await archive.getByRole('button', { name: /^Delete/ }).click()
  await page.getByRole('dialog', { name: `Delete the archive of ${archiveSite}?` }).getByRole('button', { name: 'Delete' }).click()
  await finish(drawer(page, `Delete the archive of ${archiveSite}`))
  await expect(page.getByRole('list', { name: 'Kept archives' })).toHaveCount(0)
})

test('uninstalls after typed consent and leaves a bare server', async () => {
  const { page, server, screens } = stage
  await page.getByRole('tab', { name: 'Server' }).click()
  const name = await page.getByRole('heading', { level: 1 }).textContent() ?? ''
  await page.getByRole('button', { name: 'Uninstall …' }).click()
  const dialog = page.getByRole('dialog', { name: `Uninstall Homeport from ${name}` })
  await dialog.getByLabel('Delete them for ever').check()
  await expect(dialog.getByRole('button', { name: 'Review the removal' })).toBeDisabled()
  await dialog.getByLabel(`Type ${name} to agree`).fill(name)
  await screens.keep('uninstall')
  await dialog.getByRole('button', { name: 'Review the removal' }).click()
  const shown = drawer(page, `Uninstall from ${name}`)
  await approve(shown)
  await finish(shown)
  const left = await server.exec(`
    ls -d /etc/homeport /srv/homeport /usr/local/lib/homeport /etc/sysctl.d/60-homeport.conf /etc/systemd/system/homeport-* 2>/dev/null
    systemctl list-units --all --no-legend 'homeport-*.service' 'homeport-*.timer' | grep -v homeport-run
    command -v docker >/dev/null && docker ps --all --quiet --filter label=homeport
    command -v docker >/dev/null && docker network ls --quiet --filter label=homeport`)
  expect(left.stdout.trim()).toBe('')
  await page.getByRole('tab', { name: 'Sites' }).click()
  await expect(page.getByText('This server is not set up yet')).toBeVisible()
  await screens.keep('dashboard-not-set-up')
})

test('forgets the server', async () => {
  const { page, screens } = stage
  await page.getByRole('link', { name: 'Homeport: your servers' }).click()
  await expect(page.getByRole('list', { name: 'Servers' }).getByRole('listitem')).toHaveCount(1)
  await screens.keep('servers')
  await page.getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name: 'Forget this server …' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Forget this server' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('A harbour for your own sites')
})
