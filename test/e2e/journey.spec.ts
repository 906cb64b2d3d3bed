import { readFileSync } from 'node:fs'
import { agreeToHostKey, approve, chooseLogin, connectWithKey, drawer, fillAddress, finish, openSiteMenu, runTimeoutMs, siteRow, startSetUp } from './flows.ts'
import { expect, setStage, test } from './fixtures.ts'
import { makeArchive, makeFolder } from './site-files.ts'
import { visit } from './visitor.ts'

/** The whole life of a server, the way a person lives it: from the empty start page to a bare server that nobody knows any more. */
const stage = setStage('')
const gitSite = 'hello.homeport.test'
const folderSite = 'folder.homeport.test'
const archiveSite = 'archive.homeport.test'
const pageOf = (text: string): string => `<!doctype html><html lang="en"><title>${text}</title><h1>${text}</h1>\n`

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
  const address = page.getByLabel('Address', { exact: true })
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
  await page.getByLabel('Password', { exact: true }).fill('not the password')
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
  await expect(checks.getByRole('listitem').filter({ hasText: 'Operating system' })).toContainText('Debian 13')
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
  await expect(page.getByText('Your server is ready')).toBeVisible({ timeout: runTimeoutMs })
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
  await page.getByRole('radio', { name: 'A git repository' }).check()
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
  await refuses('Address of the repository', 'git@example.org:you/site.git', /need a key on the server/)
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
  await page.getByLabel('Branch', { exact: true }).fill('main')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByRole('heading', { name: 'Review the new site' })).toBeVisible()
  await expect(page.getByRole('region', { name: `Site ${gitSite}` })).toBeVisible()
  await screens.keep('site-plan')
  await approve(page)
  await expect(page.getByText(`${gitSite} is on the server`)).toBeVisible({ timeout: runTimeoutMs })
  await screens.keep('site-published')
  expect(await visit(server, gitSite)).toMatchObject({ status: 200, body: pageOf('Hello from git') })
  expect(await visit(server, `www.${gitSite}`)).toMatchObject({ status: 301, location: `https://${gitSite}/` })
})
