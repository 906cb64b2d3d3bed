import { readFileSync } from 'node:fs'
import { arrivalOf, hostname, MailWorld, subjectOf } from '../server/mail-world.ts'
import { on, Pipeline } from '../server/pipeline.ts'
import { startAcme, startServer, type MailCatcher, type TestAcme } from '../testbed/index.ts'
import { appImage } from '../server/app-site.ts'
import { approve, connectWithKey, drawer, expectChanged, expectPublished, expectSetUp, finish, openSiteMenu, startSetUp } from './flows.ts'
import { expect, setStage, test } from './fixtures.ts'

/** Mail that is forwarded, as a person sees it: real mail, real answers, and the DNS of the test bed. */
let acme: TestAcme
test.beforeAll(async () => { acme = await startAcme() })
const stage = setStage('mail-', () => ({ HOMEPORT_RESOLVERS: acme.dns.address }))
let world: MailWorld
let target: MailCatcher
test.afterAll(async () => {
  world?.pipeline.close()
  await target?.stop()
  await acme?.stop()
})

const domain = 'example.test'
const shop = 'shop.example.net'
/** The window looks at the DNS again every ten seconds at first. */
const noticedWithinMs = 40_000
const region = (name: string) => stage.page.getByRole('region', { name, exact: true })
const aliasRow = (name: string) => stage.page.getByRole('row').filter({ has: stage.page.getByRole('button', { name: `${name}@${domain}`, exact: true }) })
const record = (title: string) => stage.page.getByRole('list', { name: `DNS records of ${domain}` }).getByRole('listitem').filter({ hasText: title })
async function applied(title: string | RegExp): Promise<void> {
  await approve(drawer(stage.page, title))
  await finish(drawer(stage.page, title))
}

test('says what forwarding is, tries whether mail comes and goes, and turns it on', async () => {
  const { page, server, screens } = stage
  await connectWithKey(page, server)
  await startSetUp(page)
  await expectSetUp(page)
  await page.getByRole('link', { name: 'Go to the server' }).click()
  await page.getByRole('tab', { name: 'Mail' }).click()
  await expect(page.getByRole('heading', { name: 'This server takes no mail' })).toBeVisible()
  await screens.keep('off')
  await page.getByRole('button', { name: 'Turn mail on' }).click()
  // The well-known mail servers of the world cannot be reached from here.
  await expect(page.getByText('This server cannot send mail by itself')).toBeVisible({ timeout: 30_000 })
  await page.getByLabel('Name of the mail server').fill('https://mail.example.test')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByText('Type only the domain, without https:// and without a path.')).toBeVisible()
  await page.getByRole('button', { name: 'How to ask common providers' }).click()
  await screens.keep('form')
  await page.getByLabel('Name of the mail server').fill(hostname)
  await page.getByRole('button', { name: 'Review the changes' }).click()
  const shown = drawer(page, 'Take mail and forward it')
  await expect(shown.getByRole('heading', { name: /^Mail/ })).toBeVisible()
  await screens.keep('plan')
  await approve(shown)
  await finish(shown)
  await expect(region('Mail server').getByText('Running')).toBeVisible()
})

test('lets the program of a site send, signed as its own domain', async () => {
  const { page, server, screens } = stage
  await expect(region('Sites that send mail')).toContainText('None.')
  await page.getByRole('link', { name: 'Servers' }).or(page.getByRole('tab', { name: 'Sites' })).last().click()
  await page.getByRole('link', { name: 'Add your first site' }).click()
  await page.getByLabel('Domain', { exact: true }).fill(shop)
  await page.getByRole('radio', { name: 'A container image', exact: true }).check()
  await page.getByLabel('Image', { exact: true }).fill(appImage)
  await page.getByLabel('Port', { exact: true }).fill('80')
  await page.getByRole('switch', { name: 'It may send mail' }).check()
  await page.getByLabel('Name of the mail server').fill('not a name')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByLabel('Name of the mail server')).toHaveAccessibleDescription(/letters, digits and _ only/)
  await page.getByLabel('Name of the mail server').fill('MAIL_HOST')
  await screens.keep('sending-form')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await approve(page)
  await expectPublished(page, shop)
  expect(await on(server, `docker exec homeport-${shop}-blue env`)).toMatch(/MAIL_HOST=mail\.example\.test\n[^]*SMTP_USER=shop\.example\.net/)
  await page.getByRole('link', { name: 'Go to the sites' }).click()
  await page.getByRole('tab', { name: 'Mail' }).click()
  await region('Sites that send mail').getByRole('link', { name: shop }).click()
  const signature = page.getByRole('list', { name: `DNS records of ${shop}` }).getByRole('listitem').filter({ hasText: 'The signature of what is sent from here' })
  await expect(signature).toContainText('Missing', { timeout: 30_000 })
  await screens.keep('sending-records')
  acme.dns.set(`mail-example-test._domainkey.${shop}`, { txt: [/v=DKIM1; k=rsa; p=\S+/.exec(await signature.innerText())?.[0] ?? ''] })
  await expect(signature).toContainText('Right', { timeout: noticedWithinMs })
  await page.getByRole('link', { name: 'Mail', exact: true }).click()
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Turn mail off' }).click()
  await expect(page.getByText(`The program of ${shop} sends mail by this mail server.`)).toBeVisible()
  await page.keyboard.press('Escape')
  // From here on in a small internet of its own.
  world = MailWorld.around(server, acme)
  await world.move()
  target = await world.startTarget('target.test')
})

test('takes a domain, and watches its DNS records turn right', async () => {
  const { page, server, screens } = stage
  await page.getByRole('button', { name: 'Add a domain' }).click()
  await page.getByLabel('Domain', { exact: true }).fill(domain)
  await page.getByLabel('Catch-all (optional)').fill('nobody')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByText('nobody is not an address that mail can be forwarded to.')).toBeVisible()
  await page.getByLabel('Catch-all (optional)').fill('')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await applied(`Take mail for ${domain}`)
  await page.getByRole('link', { name: domain, exact: true }).click()
  await expect(record('Where mail comes in')).toContainText('Missing', { timeout: 30_000 })
  await screens.keep('domain-empty')
  acme.dns.set(domain, { mx: [`10 ${hostname}`], txt: ['v=spf1 mx -all'] })
  acme.dns.set(`_dmarc.${domain}`, { txt: ['v=DMARC1; p=none'] })
  acme.dns.set(hostname, { a: [server.host], txt: ['v=spf1 a -all'] })
  for (const title of ['Where mail comes in', 'May send forwarded mail', 'Who may send as this domain', 'What to do with forgeries']) await expect(record(title)).toContainText('Right', { timeout: noticedWithinMs })
  await page.getByRole('button', { name: 'Copy all as a zone file' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`${domain}. 3600 IN MX 10 ${hostname}.`)
})

test('asks others to encrypt what they bring, and shows what that needs', async () => {
  const { page, server, screens } = stage
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'How mail comes' }).click()
  await page.getByLabel('Policy (MTA-STS)').selectOption('testing')
  await page.getByLabel('Reports to (optional)').fill('anna')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByText('Type a whole address, such as anna@example.org.')).toBeVisible()
  await page.getByLabel('Reports to (optional)').fill('tls@example.net')
  await screens.keep('domain-policy')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await applied(`Mail for ${domain}`)
  await expect(record('That there is a policy on encryption')).toContainText('Missing', { timeout: 30_000 })
  const shown = await record('That there is a policy on encryption').innerText()
  acme.dns.set(`mta-sts.${domain}`, { a: [server.host] })
  acme.dns.set(`_mta-sts.${domain}`, { txt: [/v=STSv1; id=[0-9a-f]{16};/.exec(shown)?.[0] ?? ''] })
  acme.dns.set(`_smtp._tls.${domain}`, { txt: ['v=TLSRPTv1; rua=mailto:tls@example.net'] })
  for (const title of ['That there is a policy on encryption', 'Where reports on encryption go']) await expect(record(title)).toContainText('Right', { timeout: noticedWithinMs })
})

test('adds an alias, imports more from a file, and finds, switches off and exports them', async () => {
  const { page, screens } = stage
  await page.getByRole('button', { name: 'Add an alias' }).click()
  await page.getByLabel('Alias', { exact: true }).fill('info|x')
  await page.getByLabel('Leads to').fill('anna@target.test\nben')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await expect(page.getByText('Take letters a to z, digits, dots, - and _')).toBeVisible()
  await expect(page.getByText(/^ben: Type a whole address/)).toBeVisible()
  await screens.keep('alias-errors')
  await page.getByLabel('Alias', { exact: true }).fill('Info')
  await page.getByLabel('Leads to').fill('anna@target.test')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await applied(`info@${domain}`)
  await expect(aliasRow('info')).toContainText('anna@target.test')

  await page.getByRole('button', { name: 'Import, export' }).click()
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('menuitem', { name: 'Import a CSV file' }).click()
  await (await choosing).setFiles({ name: 'aliases.csv', mimeType: 'text/csv', buffer: Buffer.from(`alias,targets,disabled,comment\n${Array.from({ length: 300 }, (_, index) => `p${index},p${index}@target.test,,'=1+1\n`).join('')}*,rest@target.test\nbad one,x@target.test\n`) })
  const importing = page.getByRole('dialog', { name: `Import aliases of ${domain}` })
  await expect(importing.getByText('Line 303:')).toBeVisible()
  await screens.keep('import')
  await importing.getByRole('switch', { name: 'Take the catch-all of the file too: rest@target.test' }).check()
  await importing.getByRole('button', { name: 'Review the changes' }).click()
  await applied(`Aliases of ${domain}`)
  await expect(page.getByText('301 aliases', { exact: true })).toBeVisible()
  await expect(page.getByText('Catch-all: everything that no alias takes goes to rest@target.test.')).toBeVisible()
  await page.getByLabel('Find').fill('p299')
  await expect(aliasRow('p299')).toBeVisible()
  await page.getByRole('button', { name: `What can be done with p299@${domain}` }).click()
  await page.getByRole('menuitem', { name: 'Switch off' }).click()
  await applied(`p299@${domain}`)
  await expect(aliasRow('p299')).toContainText('Switched off')
  await page.getByLabel('Find').fill('')
  await screens.keep('domain-full')
  await page.getByRole('button', { name: 'Import, export' }).click()
  const downloading = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Export as CSV' }).click()
  const csv = readFileSync(await (await downloading).path(), 'utf8')
  expect(csv.split('\r\n')).toHaveLength(304)
  expect(csv).toContain("p299,p299@target.test,yes,'=1+1")
})

test('sends a test mail and shows the answer of the receiving server', async () => {
  const { page, screens } = stage
  await page.getByRole('button', { name: 'Send a test mail' }).click()
  const dialog = page.getByRole('dialog', { name: 'Send a test mail' })
  await dialog.getByLabel('To').fill(`info@${domain}`)
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(dialog.getByText(/^The server target\.test has taken the mail for anna@target\.test/)).toBeVisible({ timeout: 30_000 })
  await screens.keep('test')
  expect(target.mails.map(({ to }) => to)).toEqual([['anna@target.test']])
  target.refuseRecipient('p1@target.test')
  await dialog.getByLabel('To').fill(`p1@${domain}`)
  await dialog.getByRole('button', { name: 'Send again' }).click()
  await expect(dialog.getByText('The receiving server does not know this address.')).toBeVisible({ timeout: 30_000 })
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
})

test('shows mail as it comes and goes, and what waits', async () => {
  const { page, screens } = stage
  await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'Mail' }).click()
  const activity = page.getByRole('list', { name: 'What happened to mail' })
  await expect(activity.getByText(`→ p1@${domain} → p1@target.test`).first()).toBeVisible()
  const subject = subjectOf()
  await world.write({ from: 'joe@sender.test', to: `info@${domain}`, subject })
  await arrivalOf(target, subject)
  await expect(activity.getByRole('listitem').filter({ hasText: `joe@sender.test → info@${domain} → anna@target.test` }).getByText('Delivered')).toBeVisible()
  await expect(world.write({ from: 'joe@sender.test', to: `p299@${domain}` })).rejects.toThrow(/switched off/)
  await expect(activity.getByText('5.2.1')).toHaveCount(0)
  await expect(activity.getByRole('listitem').filter({ hasText: `p299@${domain}` }).getByText('Refused', { exact: true })).toBeVisible()
  await expect(page.getByText(subject)).toHaveCount(0)

  target.refuseWith({ code: 451, text: '4.2.1 Try again later' })
  for (const _time of [1, 2]) await world.write({ from: 'joe@sender.test', to: `p2@${domain}`, subject: subjectOf() })
  await expect(activity.getByRole('listitem').filter({ hasText: 'p2@target.test' }).getByText('Waits').first()).toBeVisible()
  const queue = region('Queue')
  await queue.getByRole('button', { name: 'Look again' }).click()
  await expect(queue.getByRole('listitem')).toHaveCount(2)
  await expect(queue.getByText('Try again later').first()).toBeVisible()
  await screens.keep('on')
  target.refuseWith(null)
  await queue.getByRole('button', { name: /^Delete [A-Z0-9]/ }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(queue.getByRole('listitem')).toHaveCount(1)
  const before = target.mails.length
  await queue.getByRole('button', { name: 'Try all now' }).click()
  await expect.poll(() => target.mails.length, { timeout: 30_000 }).toBe(before + 1)
})

test('takes a domain on a second server too, with all its aliases', async () => {
  const { page, server, screens } = stage
  const other = await startServer()
  const there = Pipeline.to(other)
  try {
    await there.apply({ kind: 'set-up' })
    await there.apply({ kind: 'change-mail', service: { hostname: 'mx2.example.test' } })
    await page.getByRole('link', { name: 'Homeport' }).click()
    await connectWithKey(page, other)
    await page.getByRole('link', { name: 'Go to the server' }).click()
    await page.getByRole('tab', { name: 'Mail' }).click()
    await expect(region('Mail server').getByText('Running')).toBeVisible()
    await page.getByRole('link', { name: 'Homeport' }).click()
    await page.getByRole('link', { name: server.host }).click()
    await page.getByRole('tab', { name: 'Mail' }).click()
    await page.getByRole('link', { name: domain, exact: true }).click()
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Take it on another server too' }).click()
    await expect(page.getByLabel('Server', { exact: true })).toContainText('mx2.example.test')
    await screens.keep('copy')
    await page.getByRole('button', { name: 'Review the changes' }).click()
    await applied(`Mail for ${domain} on ${other.host}`)
    const [here, copied] = [await world.pipeline.facts(), await there.facts()].map((facts) => facts.spec?.mail?.domains.find((one) => one.domain === domain))
    expect(here?.mtaSts).toEqual({ mode: 'testing' })
    expect(copied).toEqual({ domain, aliases: here?.aliases, catchAll: ['rest@target.test'], preference: 20 })
    expect(await there.leftToDo()).toEqual([])
  } finally {
    there.close()
    await other.stop()
  }
  await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'Mail' }).click()
})

test('turns mail off again, once no site sends any more', async () => {
  const { page } = stage
  await page.getByRole('tab', { name: 'Sites' }).click()
  await openSiteMenu(page, shop, 'Edit')
  await page.getByRole('switch', { name: 'It may send mail' }).uncheck()
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await approve(page)
  await expectChanged(page, shop)
  await page.getByRole('link', { name: 'Go to the sites' }).click()
  await page.getByRole('tab', { name: 'Mail' }).click()
  await expect(region('Sites that send mail')).toContainText('None.')
  await region('Mail server').getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Turn mail off' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Review the changes' }).click()
  await applied('Take no more mail')
  await expect(page.getByRole('heading', { name: 'This server takes no mail' })).toBeVisible()
})
