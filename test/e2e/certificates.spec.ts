import { readFileSync } from 'node:fs'
import type { Locator } from '@playwright/test'
import { Pipeline, resources } from '../server/pipeline.ts'
import { forgetLastOrder } from '../server/trust.ts'
import { startAcme, startMailCatcher, startWebhookCatcher, useResolver, type TestAcme } from '../testbed/index.ts'
import { approve, connectWithKey, drawer, finish, runTimeoutMs } from './flows.ts'
import { expect, setStage, test } from './fixtures.ts'
import { visit } from './visitor.ts'

/** How sites come to trusted certificates, as a person sees it: a real authority and its DNS stand behind it. */
let acme: TestAcme
test.beforeAll(async () => { acme = await startAcme() })
const stage = setStage('t', () => ({ HOMEPORT_RESOLVERS: acme.dns.address }))
/** The same server, used from another computer: what the journey shows in the window already is done from there. */
let pipeline: Pipeline

const well = 'well.homeport.test'
const waiting = 'waiting.homeport.test'
const failing = 'failing.homeport.test'
const own = 'example.org'
/** Milliseconds until a change of DNS is noticed: the window looks again every ten seconds at first. */
const noticedWithinMs = 40_000
/** Milliseconds within which this computer asks each site again. */
const probedWithinMs = 45_000
/** When the authority listens again, to the second. */
const inThreeDays = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3 * 86_400_000)
const login = { user: 'alerts', password: 'p w"ö never shown' }
const content = { 'index.html': '<!doctype html><html lang="en"><title>Here</title><h1>Here</h1>\n' }
const fixture = (name: string): string => readFileSync(new URL(`../server/fixtures/${name}`, import.meta.url), 'utf8')
/** All that came from the app to the window. */
const received: string[] = []

test.beforeAll(async () => {
  const { server, page } = stage
  pipeline = Pipeline.to(server)
  await pipeline.apply({ kind: 'set-up' })
  await useResolver(server, acme.dns.address)
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => received.push(payload.toString())))
  await page.reload()
})
test.afterAll(async () => {
  pipeline?.close()
  await acme?.stop()
})

const attention = (): Locator => stage.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /Certificates/ })
const region = (name: string): Locator => stage.page.getByRole('region', { name, exact: true })
const nameInDns = (domain: string): Locator => stage.page.getByRole('list', { name: 'Names of the site in DNS' }).getByRole('listitem', { name: domain, exact: true })
/** Cells of the records to change, row by row. */
const recordsOf = async (domain: string): Promise<string[]> => {
  const rows = await stage.page.getByRole('table', { name: `DNS records to change for ${domain}` }).getByRole('row').allInnerTexts()
  return rows.slice(1).map((row) => row.split(/\s+/).join(' ').trim())
}
const clipboard = (): Promise<string> => stage.page.evaluate(() => navigator.clipboard.readText())

/** From the page of a site, or from the set-up. */
const backToServer = (): Promise<void> => stage.page.getByRole('navigation', { name: 'Where you are' }).getByRole('link').first().click()
const openTab = (name: string): Promise<void> => stage.page.getByRole('tab', { name, exact: true }).click()

async function openCertificate(domain: string): Promise<void> {
  await openTab('Sites')
  await stage.page.getByRole('link', { name: domain, exact: true }).click()
  await stage.page.getByRole('tab', { name: /^Certificate/ }).click()
  await expect(region('Served now')).toBeVisible()
}

async function lookAgain(siteId: string): Promise<void> {
  await forgetLastOrder(stage.server, siteId)
  await (await pipeline.session()).run({ name: 'request-certificate', script: resources.text('commands/request-certificate.sh'), args: [siteId] })
}

test('refuses an authority that is none, at its field', async () => {
  const { page, server, screens } = stage
  await connectWithKey(page, server)
  await backToServer()
  await openTab('Certificates and alerts')
  await expect(region('Who signs').getByLabel('Let’s Encrypt', { exact: true })).toBeChecked()
  await screens.keep('settings')
  await page.getByLabel('Another one', { exact: true }).check()
  const directory = page.getByLabel('Address of their ACME directory')
  const bundle = page.getByLabel('Certificates to trust (optional)')
  const mail = page.getByLabel('Mail address for them (optional)')
  await directory.fill(acme.directory.replace('https:', 'http:'))
  await bundle.fill('this is no certificate')
  await mail.fill('nobody')
  await page.getByRole('button', { name: 'Review the changes of who signs' }).click()
  await expect(directory).toHaveAccessibleDescription(/beginning with https:/)
  await expect(bundle).toHaveAccessibleDescription(/in PEM form, from BEGIN CERTIFICATE/)
  await expect(mail).toHaveAccessibleDescription(/not a mail address/)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await screens.keep('settings-field-errors')
})

test('takes another authority, with its own root', async () => {
  const { page, screens } = stage
  await page.getByLabel('Address of their ACME directory').fill(acme.directory)
  await page.getByLabel('Certificates to trust (optional)').fill(acme.bundle)
  await page.getByLabel('Mail address for them (optional)').fill('')
  await page.getByRole('button', { name: 'Review the changes of who signs' }).click()
  const shown = drawer(page, 'Change who signs the certificates')
  await expect(shown.getByRole('group', { name: 'Summary' })).toBeVisible()
  await screens.keep('settings-plan')
  await approve(shown)
  await finish(shown)
  expect((await pipeline.facts()).spec?.certificates.authority).toMatchObject({ kind: 'custom', directory: acme.directory })
  await expect(page.getByLabel('Another one', { exact: true })).toBeChecked()
})

test('shows the exact record that is missing, and that a certificate waits for it', async () => {
  const { page, server, screens } = stage
  acme.dns.set(well, { a: [server.host] })
  await pipeline.addUpload(well, content)
  await pipeline.addUpload(waiting, content)
  await openCertificate(waiting)
  await expect(page.getByText('Waiting for DNS', { exact: true })).toBeVisible({ timeout: runTimeoutMs })
  await expect(nameInDns(waiting)).toContainText('Leads nowhere yet')
  await expect(nameInDns(waiting)).toContainText(`${waiting} has no address in DNS yet`)
  expect(await recordsOf(waiting)).toEqual([`Add A ${waiting} ${server.host}`])
  await page.getByRole('button', { name: `Copy the name ${waiting}` }).click()
  await expect.poll(clipboard).toBe(waiting)
  await page.getByRole('button', { name: `Copy the value for ${waiting}` }).click()
  await expect.poll(clipboard).toBe(server.host)
  await expect(region('Served now')).toContainText('itself, for now: browsers warn of it')
  // HSTS would lock browsers out now.
  await expect(page.getByRole('switch', { name: /HSTS/ })).toBeDisabled()
  await expect(region('HTTPS only')).toContainText('the certificate is not trusted by browsers')
  await screens.keep('site-waiting-for-dns')
})

test('shows what needs attention on top of all certificates, and counts it', async () => {
  const { page, screens } = stage
  await expect(attention()).toHaveAccessibleName('Certificates 1 needs attention')
  await attention().click()
  const rows = page.getByRole('table', { name: 'Certificates' }).getByRole('row')
  await expect(rows).toHaveCount(3)
  await expect(rows.nth(1)).toContainText(waiting)
  await expect(rows.nth(1)).toContainText('Waiting for DNS')
  await expect(rows.nth(2)).toContainText(well)
  await expect(rows.nth(2)).toContainText('Valid')
  await expect(page.getByText('1 of 2 certificates needs your attention')).toBeVisible()
  await screens.keep('certificates-attention')
  await page.getByLabel('Find').fill('nowhere else')
  await expect(page.getByText('No certificate fits.')).toBeVisible()
  await page.getByLabel('Find').fill('')
  await page.getByRole('switch', { name: 'Only those that need attention' }).check()
  await expect(rows).toHaveCount(2)
  await rows.nth(1).getByRole('link', { name: waiting }).click()
  await expect(region('Served now')).toBeVisible()
})

test('shows which records to change or to remove where DNS leads elsewhere', async () => {
  const { server, screens } = stage
  acme.dns.set(waiting, { a: ['192.0.2.7'] })
  await expect(nameInDns(waiting)).toContainText('Leads elsewhere', { timeout: noticedWithinMs })
  await expect(nameInDns(waiting)).toContainText('192.0.2.7, which is not this server')
  expect(await recordsOf(waiting)).toEqual([`Change A ${waiting} ${server.host}`])
  await screens.keep('site-dns-elsewhere')
  acme.dns.set(waiting, { a: [server.host], aaaa: ['2001:db8::7'] })
  await expect(nameInDns(waiting)).toContainText('Leads here only in part', { timeout: noticedWithinMs })
  expect(await recordsOf(waiting)).toEqual([`Remove AAAA ${waiting} 2001:db8::7`])
  await screens.keep('site-dns-old-aaaa')
})

test('gets the certificate by itself within a minute, once DNS is right', async () => {
  const { page, server, screens } = stage
  acme.dns.set(waiting, { a: [server.host] })
  const facts = region('Served now')
  await expect(facts).toContainText('trusted by browsers', { timeout: 60_000 })
  await expect(page.getByText('Valid', { exact: true })).toBeVisible()
  await expect(facts).toContainText(/Signed by\s*Pebble Intermediate CA/)
  await expect(facts).toContainText(new RegExp(`Names covered\\s*${waiting}`))
  await expect(facts).toContainText(/Valid until\s*\w+ \d+, 20\d\d/)
  await expect(facts).toContainText(/Next renewal\s*in \d+ \w+, \w+ \d+, 20\d\d/)
  await expect(facts).toContainText(/Last attempt\s*A certificate came/)
  await expect(attention()).toHaveAccessibleName('Certificates')
  await page.getByRole('button', { name: 'Check the DNS of this site now' }).click()
  await expect(nameInDns(waiting)).toContainText('Leads here')
  expect((await visit(server, waiting)).status).toBe(200)
  await screens.keep('site-trusted')
})

test('insists on HTTPS once that is wanted', async () => {
  const { page, server, screens } = stage
  expect((await visit(server, waiting)).hsts).toBeUndefined()
  await page.getByRole('switch', { name: /HSTS/ }).click()
  const shown = drawer(page, `Tell browsers to use HTTPS only for ${waiting}`)
  await expect(shown.getByRole('group', { name: 'Summary' })).toBeVisible()
  await screens.keep('hsts-plan')
  await approve(shown)
  await finish(shown)
  await expect(page.getByRole('switch', { name: /HSTS/ })).toBeChecked()
  expect((await visit(server, waiting)).hsts).toBe('max-age=31536000')
  expect((await visit(server, well)).hsts).toBeUndefined()
})

test('renews now, but not twice within an hour', async () => {
  const { page, screens } = stage
  const title = `Renew the certificate of ${waiting}`
  await page.getByRole('button', { name: 'Renew now' }).click()
  const refused = drawer(page, title)
  await expect(refused.getByRole('alert')).toBeVisible({ timeout: runTimeoutMs })
  await expect(refused.getByRole('region', { name: /^Output of/ })).toContainText(/less than an hour ago\. The next one is possible at \d\d:\d\d UTC/)
  await screens.keep('renew-refused')
  await refused.getByRole('button', { name: 'Close' }).first().click()
  await expect(refused).toBeHidden()

  await forgetLastOrder(stage.server, waiting)
  await page.getByRole('button', { name: 'Renew now' }).click()
  const renewed = drawer(page, title)
  await expect(renewed.getByText('All done', { exact: true })).toBeVisible({ timeout: runTimeoutMs })
  await renewed.getByRole('button', { name: /^Show the output of/ }).click()
  await expect(renewed.getByRole('region', { name: /^Output of/ })).toContainText(`${waiting}: renewed`)
  await screens.keep('renewed')
  await finish(renewed)
  await expect(region('What was tried').getByRole('listitem').first()).toContainText('Renewed')
  // By now this computer has asked the site and its DNS again.
  await expect(page.getByText('No DNS yet', { exact: true })).toHaveCount(0, { timeout: probedWithinMs })
})

test('takes alerts by webhook and mail, refuses what is no mail server, and never shows a secret again', async () => {
  const { page, screens } = stage
  const [mail, webhook] = await Promise.all([startMailCatcher({ login }), startWebhookCatcher()])
  try {
    await backToServer()
    await openTab('Certificates and alerts')
    const form = region('Alerts')
    await form.getByRole('switch', { name: 'Send a mail' }).click()
    await form.getByLabel('Send to', { exact: true }).fill('me@example.org')
    await form.getByLabel('From', { exact: true }).fill('server@example.org')
    await form.getByRole('combobox', { name: 'Encryption' }).click()
    await page.getByRole('option', { name: 'Not encrypted' }).click()
    await form.getByLabel('User (optional)').fill(login.user)
    await form.getByRole('switch', { name: 'Call a webhook' }).click()
    await form.getByLabel('Address of the webhook').fill('example.org/alert')
    await form.getByRole('button', { name: /^Review the changes/ }).click()
    await expect(form.getByLabel('Mail server', { exact: true })).toHaveAccessibleDescription(/Type the name of the mail server/)
    await expect(form.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/Type the password/)
    await expect(form.getByLabel('Address of the webhook')).toHaveAccessibleDescription(/Type the whole address/)
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await screens.keep('alerts-field-errors')

    await form.getByLabel('Mail server', { exact: true }).fill(mail.host)
    await form.getByRole('textbox', { name: 'Port' }).fill(String(mail.port))
    await form.getByLabel('Password', { exact: true }).fill(login.password)
    await form.getByLabel('Address of the webhook').fill(webhook.url)
    await form.getByRole('button', { name: /^Review the changes/ }).click()
    const shown = drawer(page, 'Change the alerts')
    await approve(shown)
    await finish(shown)
    await expect(form.getByText('Kept on the server')).toHaveCount(2)
    await screens.keep('alerts-kept')

    await form.getByRole('button', { name: 'Send a test' }).click()
    await finish(drawer(page, 'Send a test alert'))
    expect((await mail.waitFor(1))[0]).toMatchObject({ to: ['me@example.org'], user: login.user, subject: expect.stringContaining('Test') })
    expect((await webhook.waitFor(1))[0]?.body).toMatchObject({ source: 'homeport', text: expect.stringContaining('This is a test') })
    await page.reload()
    await expect(form.getByText('Kept on the server')).toHaveCount(2)
    expect(await page.content()).not.toContain(login.password)
    expect(await page.content()).not.toContain(webhook.url)
    // JSON writes the quotation mark of the password in another way.
    expect(received.filter((frame) => frame.includes(login.password) || frame.includes(JSON.stringify(login.password).slice(1, -1)) || frame.includes(webhook.url))).toEqual([])
    expect(received.some((frame) => frame.includes('me@example.org'))).toBe(true)
  } finally {
    await Promise.all([mail.stop(), webhook.stop()])
  }
})

test('says what keeps a certificate away: a limit, with its end', async () => {
  const { page, server, screens } = stage
  acme.dns.set(failing, { a: [server.host] })
  const end = inThreeDays.toISOString().slice(0, 19).replace('T', ' ')
  acme.answerOrdersWith({ status: 429, type: 'rateLimited', detail: `too many certificates already issued, retry after ${end} UTC`, retryAfter: 3600 })
  await pipeline.addUpload(failing, content)
  await openCertificate(failing)
  const notice = page.getByText('Waiting', { exact: true })
  await expect(notice).toBeVisible({ timeout: runTimeoutMs })
  const until = await page.evaluate((at) => new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(at), inThreeDays.getTime())
  await expect(page.getByText('Too many certificates were asked for (since')).toContainText(`Next try: ${until}`)
  await page.getByRole('button', { name: 'Why did it fail?' }).first().click()
  await expect(page.getByRole('region', { name: 'What was said' }).first()).toContainText('too many certificates already issued')
  await expect(page.getByText(`wait until ${until}`).first()).toBeVisible()
  await screens.keep('site-rate-limited')
})

test('says what keeps a certificate away: an authority that is down, and one that is forbidden to sign', async () => {
  const { page, screens } = stage
  acme.answerOrdersWith(null)
  await acme.down()
  await lookAgain(failing)
  const tried = region('What was tried').getByRole('listitem')
  await expect(tried.first()).toContainText('Who signs certificates is not answering', { timeout: runTimeoutMs })
  await expect(page.getByText('Who signs certificates is not answering (since')).toContainText('Next try:')
  await screens.keep('site-authority-down')
  await acme.up()
  acme.answerOrdersWith({ status: 403, type: 'caa', detail: `CAA record for ${failing} prevents issuance` })
  await lookAgain(failing)
  await expect(tried.first()).toContainText('A CAA record forbids it', { timeout: runTimeoutMs })
  await expect(page.getByText('Failing', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Why did it fail?' }).first().click()
  await expect(page.getByText('DNS says which authorities may sign for this domain').first()).toBeVisible()
  await expect(page.getByRole('region', { name: 'What was said' }).first()).toContainText('prevents issuance')
  await screens.keep('site-caa')
})

test('gives everything that helps somebody to help, and nothing secret', async () => {
  const { page } = stage
  await page.getByRole('button', { name: 'Copy for support' }).click()
  await expect.poll(clipboard).toContain(`Certificate of ${failing}`)
  const text = await clipboard()
  for (const said of ['caa: A CAA record forbids it', 'prevents issuance', 'authority-down', 'rate-limited', `Authority: ${acme.directory}`, inThreeDays.toISOString()]) expect(text).toContain(said)
  expect(text).not.toMatch(/PRIVATE KEY|s[0-9a-f]{32}|never shown/)
  acme.answerOrdersWith(null)
})

test('takes a certificate of one’s own with its key, and no other key', async () => {
  const { page, server, screens } = stage
  await pipeline.addUpload(own, content)
  await backToServer()
  await openCertificate(own)
  // What comes above the form moves it.
  await expect(nameInDns(own)).toContainText('Leads nowhere yet')
  await expect(page.getByText('Waiting for DNS', { exact: true })).toBeVisible({ timeout: runTimeoutMs })
  await page.getByLabel('My own certificate', { exact: true }).check()
  const form = region('How this site gets its certificate')
  const key = form.getByLabel('Private key', { exact: true })
  await form.getByRole('button', { name: 'Review the changes' }).click()
  await expect(form.getByLabel('Certificate', { exact: true })).toHaveAccessibleDescription(/Paste the certificate/)
  await form.getByLabel('Certificate', { exact: true }).fill(fixture('leaf.pem') + fixture('middle.pem') + fixture('root.pem'))
  await key.fill(fixture('other.key'))
  await form.getByRole('button', { name: 'Review the changes' }).click()
  await expect(key).toHaveAccessibleDescription(/does not belong to this certificate/)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await screens.keep('own-wrong-key')
  await key.fill(fixture('leaf.key'))
  await form.getByRole('button', { name: 'Review the changes' }).click()
  const shown = drawer(page, `Change how ${own} gets its certificate`)
  await approve(shown)
  await finish(shown)
  await expect(region('Served now')).toContainText('Example Intermediate', { timeout: runTimeoutMs })
  await expect(region('Served now')).toContainText('your own certificate is renewed by you')
  await expect(region('Served now')).toContainText('Your certificate was put in place')
  await expect(form.getByText('Kept on the server')).toBeVisible()
  expect((await visit(server, own)).status).toBe(200)
  expect(received.filter((frame) => frame.includes('PRIVATE KEY'))).toEqual([])
  await screens.keep('own-installed')
})

test('lists all certificates in the order in which they need somebody', async () => {
  const { page, screens } = stage
  await attention().click()
  const rows = page.getByRole('table', { name: 'Certificates' }).getByRole('row')
  await expect(rows).toHaveCount(5)
  await expect(rows.nth(1)).toContainText(failing)
  await expect(rows.nth(1)).toContainText('Failing')
  await expect(rows.nth(2)).toContainText(own)
  await screens.keep('certificates-failing')
})
