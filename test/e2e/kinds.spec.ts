import { appImage } from '../server/app-site.ts'
import { approve, connectWithKey, drawer, expectChanged, expectPublished, expectSetUp, finish, openSiteMenu, runTimeoutMs, siteRow, startSetUp } from './flows.ts'
import { expect, setStage, test } from './fixtures.ts'
import { visit, visitAs } from './visitor.ts'

/** Every kind of site, by the form, on a real server: published, changed, rolled back, copied, removed. */
const stage = setStage('kinds-')
const program = 'program.homeport.test'
const staging = 'staging.homeport.test'
const built = 'built.homeport.test'
const secret = 'private.homeport.test'
const other = 'other.homeport.test'

/** What a program answers is said by its environment. One argument per line. */
const command = ['sh', '-c', `printf 'server { listen 8000; location = /token { return 200 "%s"; } location / { return 200 "%s"; } }' "$TOKEN" "$VERSION" >/etc/nginx/conf.d/default.conf; echo "$VERSION" >>/data/versions; exec nginx -g 'daemon off;'`].join('\n')
const dockerfile = (text: string): string => `FROM ${appImage}\nRUN printf 'server { listen 8000; location / { return 200 "${text}"; } }' >/etc/nginx/conf.d/default.conf\nCMD ["nginx", "-g", "daemon off;"]\n`

async function newSite(domain: string, kind: string): Promise<void> {
  const { page } = stage
  await page.getByRole('link', { name: 'Add a site' }).click()
  await page.getByLabel('Domain', { exact: true }).fill(domain)
  await page.getByRole('radio', { name: kind, exact: true }).check()
}
async function review(): Promise<void> {
  await stage.page.getByRole('button', { name: 'Review the changes' }).click()
  await approve(stage.page)
}
async function toSites(): Promise<void> {
  await stage.page.getByRole('link', { name: 'Go to the sites' }).click()
}
async function edit(domain: string): Promise<void> {
  await openSiteMenu(stage.page, domain, 'Edit')
  await expect(stage.page.getByRole('heading', { name: `Edit ${domain}` })).toBeVisible()
}

test('begins with a server that is set up', async () => {
  const { page, server } = stage
  await connectWithKey(page, server)
  await startSetUp(page)
  await expectSetUp(page)
  await page.getByRole('link', { name: 'Go to the server' }).click()
  await page.getByRole('link', { name: 'Add your first site' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
})

test('says at each field what is wrong with a program', async () => {
  const { page, screens } = stage
  await page.goBack()
  await page.getByLabel('Domain', { exact: true }).fill(program)
  await page.getByRole('radio', { name: 'A container image', exact: true }).check()
  await page.getByLabel('Image', { exact: true }).fill('not an image')
  await page.getByLabel('Port', { exact: true }).fill('')
  await page.getByRole('button', { name: 'Add a variable' }).click()
  await page.getByLabel('Name 1', { exact: true }).fill('1 X')
  await page.getByRole('button', { name: 'Add a folder' }).click()
  await page.getByLabel('Path in the container 1').fill('/proc/1')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByLabel('Image', { exact: true })).toHaveAccessibleDescription(/name of an image and its tag/)
  await expect(page.getByLabel('Port', { exact: true })).toHaveAccessibleDescription(/port as a number/)
  await expect(page.getByLabel('Name 1', { exact: true })).toHaveAttribute('aria-invalid', 'true')
  await expect(page.getByLabel('Path in the container 1')).toHaveAttribute('aria-invalid', 'true')
  await screens.keep('program-errors')
})

test('runs a program from an image, with a secret that is never shown again', async () => {
  const { page, server, screens } = stage
  await page.getByLabel('Image', { exact: true }).fill(appImage)
  await page.getByLabel('Port', { exact: true }).fill('8000')
  await page.getByLabel('Name 1', { exact: true }).fill('VERSION')
  await page.getByLabel('Value 1', { exact: true }).fill('one')
  await page.getByRole('button', { name: 'Add a variable' }).click()
  await page.getByLabel('Name 2', { exact: true }).fill('TOKEN')
  await page.getByRole('switch', { name: 'Value 2 is secret' }).check()
  await page.getByLabel('Value 2', { exact: true }).fill('hush-hush')
  await page.getByLabel('Path in the container 1').fill('/data')
  await page.getByRole('button', { name: 'More about the program' }).click()
  await page.getByLabel('Command', { exact: true }).fill(command)
  await page.getByLabel('Health check', { exact: true }).fill('/')
  await screens.keep('program-form')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByRole('group', { name: 'Summary' })).toBeVisible()
  await expect(page.getByText('hush-hush')).toHaveCount(0)
  await approve(page)
  await expectPublished(page, program)
  expect(await visit(server, program)).toMatchObject({ status: 200, body: 'one' })
  expect((await visit(server, program, '/token')).body).toBe('hush-hush')
  await toSites()
  await edit(program)
  await expect(page.getByLabel('Value 2', { exact: true })).toHaveValue('')
  await expect(page.getByLabel('Value 2', { exact: true })).toHaveAttribute('placeholder', 'kept on the server')
  await page.getByLabel('Value 1', { exact: true }).fill('two')
  await review()
  await expectChanged(page, program)
  expect((await visit(server, program)).body).toBe('two')
  expect((await visit(server, program, '/token')).body).toBe('hush-hush')
})

test('leaves the old version where the new one does not start, and says why', async () => {
  const { page, server, screens } = stage
  await toSites()
  await edit(program)
  await page.getByLabel('Command', { exact: true }).fill('sh\n-c\necho the database is missing >&2; exit 3')
  await page.getByLabel('Time to start', { exact: true }).fill('10')
  await review()
  await expect(page.getByRole('alert').filter({ hasText: 'did not work' })).toBeVisible({ timeout: runTimeoutMs })
  expect((await visit(server, program)).body).toBe('two')
  await page.goto(page.url().replace(/\/edit$/, ''))
  await expect(page.getByText('The new version did not start').first()).toBeVisible()
  await expect(page.getByText(/the database is missing/).first()).toBeVisible()
  await screens.keep('program-failed')
  await page.getByRole('link', { name: 'Edit' }).click()
  await page.getByLabel('Command', { exact: true }).fill(command)
  await page.getByLabel('Time to start', { exact: true }).fill('60')
  await review()
  await expectChanged(page, program)
})

test('resets a container to its image, and keeps its data', async () => {
  const { page, server } = stage
  await toSites()
  const container = async (): Promise<string> => (await server.exec(`docker ps --quiet --no-trunc --filter name=homeport-${program}-`)).stdout.trim()
  const before = await container()
  await openSiteMenu(page, program, 'Reset the container')
  await page.getByRole('dialog', { name: `Reset the container of ${program}?` }).getByRole('button', { name: 'Reset the container' }).click()
  await finish(drawer(page, `Reset the container of ${program}`))
  expect(await container()).not.toBe(before)
  expect((await server.exec(`cat /srv/homeport/${program}/data/data/versions`)).stdout.split('\n').slice(0, 2)).toEqual(['one', 'two'])
  await openSiteMenu(page, program, 'Restart')
  await page.getByRole('dialog', { name: `Restart ${program}?` }).getByRole('button', { name: 'Restart' }).click()
  await finish(drawer(page, `Restart ${program}`))
  expect((await visit(server, program)).body).toBe('two')
})

test('copies a site to another domain, with its data', async () => {
  const { page, server, screens } = stage
  await openSiteMenu(page, program, 'Copy to another domain …')
  const dialog = page.getByRole('dialog', { name: `Copy ${program} to another domain` })
  await dialog.getByLabel('Domain of the copy').fill('no domain')
  await dialog.getByRole('button', { name: 'Review the changes' }).click()
  await expect(dialog.getByLabel('Domain of the copy')).toHaveAccessibleDescription(/no spaces/)
  await dialog.getByLabel('Domain of the copy').fill(staging)
  await screens.keep('copy')
  await dialog.getByRole('button', { name: 'Review the changes' }).click()
  const copying = drawer(page, `Copy ${program} to ${staging}`)
  await approve(copying)
  await finish(copying)
  expect((await visit(server, staging)).body).toBe('two')
  expect((await server.exec(`head -n 1 /srv/homeport/${staging}/data/data/versions`)).stdout.trim()).toBe('one')
  await openSiteMenu(page, staging, 'Remove …')
  const removing = page.getByRole('dialog', { name: `Remove ${staging}` })
  await removing.getByRole('button', { name: 'Review the removal' }).click()
  const shown = drawer(page, `Remove ${staging}`)
  await approve(shown)
  await finish(shown)
  expect((await server.exec(`docker ps --all --quiet --filter name=homeport-${staging}`)).stdout).toBe('')
  expect((await visit(server, program)).body).toBe('two')
})

test('builds a Dockerfile from a repository, and builds again what was pushed', async () => {
  const { page, server, git, screens } = stage
  await Promise.all([git.createRepo('built', { Dockerfile: dockerfile('first') }), git.secure.trust(server)])
  await newSite(built, 'A Dockerfile in a git repository')
  await page.getByLabel('Address of the repository').fill(git.secure.url('built'))
  await page.getByLabel('Port', { exact: true }).fill('8000')
  await screens.keep('build-form')
  await review()
  await expectPublished(page, built)
  expect((await visit(server, built)).body).toBe('first')
  await toSites()
  await git.push('built', { Dockerfile: dockerfile('second') }, 'Say something else')
  await openSiteMenu(page, built, 'Pull and build now')
  await finish(drawer(page, `Pull and build ${built} now`))
  expect((await visit(server, built)).body).toBe('second')
  await git.push('built', { Dockerfile: `FROM ${appImage}\nRUN echo the sources are broken >&2; exit 7\n` }, 'Break it')
  await openSiteMenu(page, built, 'Pull and build now')
  const failing = drawer(page, `Pull and build ${built} now`)
  await expect(failing.getByRole('alert')).toContainText('did not work', { timeout: runTimeoutMs })
  await expect(failing.getByRole('region', { name: /^Output of/ })).toContainText('the sources are broken')
  await failing.getByRole('button', { name: 'Close' }).first().click()
  await expect(siteRow(page, built)).toContainText('Build failed')
  expect((await visit(server, built)).body).toBe('second')
})

test('brings an earlier version back with one click, and follows the branch again', async () => {
  const { page, server, screens } = stage
  await siteRow(page, built).getByRole('link', { name: built, exact: true }).click()
  const versions = page.getByRole('list', { name: 'Versions' })
  await expect(versions.getByRole('listitem')).toHaveCount(2)
  await screens.keep('build-site')
  await versions.getByRole('button', { name: /^Roll back to/ }).click()
  const back = drawer(page, /^Roll /)
  await approve(back)
  await finish(back)
  expect((await visit(server, built)).body).toBe('first')
  await stage.git.push('built', { Dockerfile: dockerfile('third') }, 'Mend it')
  await page.getByRole('button', { name: 'Follow the branch again' }).click()
  const following = drawer(page, /^Follow /)
  await approve(following)
  await finish(following)
  expect((await visit(server, built)).body).toBe('third')
  await page.getByRole('link', { name: stage.server.host }).first().click().catch(() => page.goBack())
})

test('pulls a private repository with a key of its own', async () => {
  const { page, server, git, screens } = stage
  await git.createRepo('private', { 'public/index.html': 'for us' })
  await page.goto(page.url().replace(/(\/servers\/[^/]+).*$/, '$1'))
  await newSite(secret, 'A git repository')
  await page.getByLabel('Address of the repository').fill(git.ssh.url('private'))
  const key = page.getByRole('group', { name: 'Key for the private repository' })
  await key.getByRole('button', { name: 'Make a key' }).click()
  const publicKey = await key.getByRole('region', { name: 'Deploy key' }).textContent() ?? ''
  expect(publicKey).toMatch(/^ssh-ed25519 \S+$/)
  await expect(key.getByRole('list', { name: 'Keys of the git server' }).getByRole('listitem')).toHaveCount(git.ssh.hostKeys().length)
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(key.getByText('Make a key for the server, and check the key of the git server.')).toBeVisible()
  await screens.keep('deploy-key')
  await key.getByRole('checkbox', { name: 'Yes, this is the git server' }).check()
  await page.getByRole('button', { name: 'More about the files' }).click()
  await page.getByLabel('Sub-folder').fill('public')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByText(/deploy key/i).first()).toBeVisible()
  await screens.keep('deploy-key-not-added')
  await page.getByRole('button', { name: 'Back to the form' }).click()
  git.ssh.allow('private', publicKey)
  await review()
  await expectPublished(page, secret)
  expect(await visit(server, secret)).toMatchObject({ status: 200, body: 'for us' })
  await toSites()
})

test('leads to another address, then elsewhere, then to a notice, and keeps the domain', async () => {
  const { page, server, screens } = stage
  await server.exec(`docker run --detach --name beside --publish 127.0.0.1:3000:80 ${appImage}`)
  await newSite(other, 'Another address')
  await page.getByLabel('Address', { exact: true }).fill('http://127.0.0.1:3000/path')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByLabel('Address', { exact: true })).toHaveAccessibleDescription(/without a path/)
  await page.getByLabel('Address', { exact: true }).fill('http://127.0.0.1:3000')
  await review()
  await expectPublished(page, other)
  expect((await visit(server, other)).status).toBe(200)
  await toSites()

  await edit(other)
  await page.getByRole('radio', { name: 'A redirect', exact: true }).check()
  await page.getByLabel('Lead visitors to').fill('https://example.net/new')
  await screens.keep('redirect-form')
  await review()
  await expectChanged(page, other)
  expect(await visit(server, other, '/about?x=1')).toMatchObject({ status: 307, location: 'https://example.net/new/about?x=1' })
  await toSites()

  await edit(other)
  await page.getByRole('radio', { name: 'A maintenance page', exact: true }).check()
  await page.getByLabel('Title', { exact: true }).fill('We are <moving>')
  await review()
  await expectChanged(page, other)
  const notice = await visit(server, other)
  expect([notice.status, notice.body.includes('We are &lt;moving>')]).toEqual([503, true])
  await toSites()
  await expect(siteRow(page, other)).toContainText('Maintenance', { timeout: 90_000 })
  await screens.keep('all-kinds')
})

test('asks visitors for a password, answers under another name, and says a header', async () => {
  const { page, server, screens } = stage
  await edit(secret)
  await page.getByRole('button', { name: /^Visitors/ }).click()
  await page.getByRole('button', { name: 'Add a domain' }).click()
  await page.getByLabel('Domain 1', { exact: true }).fill('anders.homeport.test')
  await page.getByRole('button', { name: 'Add a name' }).click()
  await page.getByLabel('Login 1', { exact: true }).fill('anna')
  await page.getByLabel('Password 1', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByLabel('Password 1', { exact: true })).toHaveAttribute('aria-invalid', 'true')
  await page.getByLabel('Password 1', { exact: true }).fill('open sesame')
  await page.getByRole('button', { name: 'X-Frame-Options' }).click()
  await screens.keep('visitors')
  await review()
  await expectChanged(page, secret)
  expect((await visit(server, secret)).status).toBe(401)
  expect(await visitAs(server, secret, 'anna', 'open sesame')).toMatchObject({ status: 200, body: 'for us', headers: expect.objectContaining({ 'x-frame-options': 'SAMEORIGIN' }) as object })
  expect(await visit(server, 'anders.homeport.test')).toMatchObject({ status: 301, location: `https://${secret}/` })
  await toSites()
  await edit(secret)
  await expect(page.getByLabel('Password 1', { exact: true })).toHaveValue('')
  await page.getByRole('button', { name: 'Cancel' }).click()
})

test('removes every kind of site and leaves nothing of it', async () => {
  const { page, server } = stage
  await page.goto(page.url().replace(/(\/servers\/[^/]+).*$/, '$1'))
  for (const domain of [program, built, secret, other]) {
    await openSiteMenu(page, domain, 'Remove …')
    const dialog = page.getByRole('dialog', { name: `Remove ${domain}` })
    await dialog.getByLabel('Delete them for ever').check()
    await dialog.getByLabel(`Type ${domain} to agree`).fill(domain)
    await dialog.getByRole('button', { name: 'Review the removal' }).click()
    const shown = drawer(page, `Remove ${domain}`)
    await approve(shown)
    await finish(shown)
    await expect(siteRow(page, domain)).toHaveCount(0)
  }
  expect((await server.exec(`docker ps --all --format '{{.Names}}' | grep -v -x -e beside -e homeport-proxy -e homeport-certificates; docker image ls --quiet 'homeport/*'; ls -A /srv/homeport /etc/homeport/sites /var/lib/homeport/apps /var/lib/homeport/secrets 2>/dev/null`)).stdout
    .replace(/^\/.*:$/gm, '').trim(), 'but what was kept of the copy').toBe('.archive')
})
