import { startDelayProxy, type DelayProxy } from '../testbed/index.ts'
import { agreeToHostKey, chooseLogin, drawer, fillAddress, finish, runTimeoutMs, setUpTimeoutMs, startSetUp } from './flows.ts'
import { expect, setStage, test } from './fixtures.ts'

/** What goes wrong in a life: passwords, lost lines, crashes, power cuts, and a server that is suddenly another one. */
const stage = setStage('r')
const user = { name: 'ada', password: "it's $HOME \"and\" more" } as const
const passphrase = 'four words nobody says'
const reconnecting = 'The line to the server is gone. Connecting again …'
/** The way to the server, which can be cut. */
let line: DelayProxy

test.beforeAll(async () => {
  await stage.server.addUser({ ...user, sudo: 'password' })
  await stage.server.setPasswordLogin(true)
  line = await startDelayProxy({ host: stage.server.host, port: stage.server.port, rttMs: 20 })
})
test.afterAll(async () => {
  await line.stop()
})

test('logs in with a password, and becomes administrator with it', async () => {
  const { page, server, screens } = stage
  await page.getByRole('link', { name: 'Add a server' }).click()
  await fillAddress(page, { host: line.host, port: line.port, user: user.name })
  await chooseLogin(page, 'Password')
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(user.password)
  await expect(page.getByText('passwords are kept only until it ends')).toBeVisible()
  await page.getByRole('button', { name: 'Connect' }).click()
  await agreeToHostKey(page, server.hostKeySha256)
  // No key of its own is offered where it could not be kept.
  await expect(page.getByRole('heading', { name: 'Is the server ready?' })).toBeVisible()
  await expect(page.getByRole('list', { name: 'Checks' })).toBeVisible()
  await screens.keep('preflight-with-password')
})

test('says why it installs no key of its own where nothing can be kept', async () => {
  const { page, screens } = stage
  await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link').first().click()
  await page.getByRole('tab', { name: 'Server' }).click()
  await expect(page.getByText('by sudo, with a password')).toBeVisible()
  await page.getByRole('button', { name: 'Install a key' }).click()
  await expect(page.getByRole('alert')).toContainText('no keychain')
  await screens.keep('own-key-refused')
  await page.getByRole('tab', { name: 'Sites' }).click()
  await page.getByRole('link', { name: 'Set up this server' }).click()
})

/** Where there is no keychain, to remember is to set a passphrase first. */
async function setPassphrase(): Promise<void> {
  const { page, screens } = stage
  const remember = page.getByRole('checkbox', { name: 'Remember on this computer' })
  await expect(remember).not.toBeChecked()
  await remember.click()
  const shown = page.getByRole('dialog', { name: 'Protect with a passphrase' })
  await shown.getByRole('textbox', { name: 'New passphrase' }).fill('too short')
  await shown.getByRole('textbox', { name: 'The same once more' }).fill('too short')
  await shown.getByRole('button', { name: 'Set the passphrase' }).click()
  await expect(shown.getByText('Take at least 12 characters')).toBeVisible()
  await screens.keep('set-passphrase')
  await shown.getByRole('textbox', { name: 'New passphrase' }).fill(passphrase)
  await shown.getByRole('textbox', { name: 'The same once more' }).fill(passphrase)
  await shown.getByRole('button', { name: 'Set the passphrase' }).click()
  await expect(shown).toBeHidden()
  await expect(remember).toBeChecked()
}

/** Once in a run of the app, when the first secret is needed. */
async function openPassphrase(typed: string): Promise<void> {
  const dialog = stage.page.getByRole('dialog', { name: 'Your passphrase of Homeport' })
  await dialog.getByRole('textbox', { name: 'Passphrase' }).fill(typed)
  await dialog.getByRole('button', { name: 'Open', exact: true }).click()
  if (typed === passphrase) await expect(dialog).toBeHidden()
  else await expect(dialog.getByText('This is not the passphrase.')).toBeVisible()
}

async function startAgain(): Promise<void> {
  const { page, shell } = stage
  await shell.crash()
  await shell.startAgain()
  await page.goto(shell.url)
  await page.getByRole('list', { name: 'Servers' }).getByRole('link').first().click()
}

test('asks for the password after a start, keeps it under a passphrase, and then asks for that one', async () => {
  const { page, shell, screens, allowComplaints } = stage
  allowComplaints(/WebSocket connection to|ERR_CONNECTION_REFUSED|status of 401/)
  await startAgain()
  const login = page.getByRole('dialog', { name: /^Log in to/ })
  await screens.keep('unlock')
  await login.getByRole('textbox', { name: 'Password', exact: true }).fill('wrong')
  await login.getByRole('button', { name: 'Log in' }).click()
  await expect(login.getByRole('alert')).toBeVisible()
  await setPassphrase()
  await login.getByRole('textbox', { name: 'Password', exact: true }).fill(user.password)
  await login.getByRole('button', { name: 'Log in' }).click()
  await expect(login).toBeHidden()
  const lying = shell.settings()
  expect(lying).toMatch(/"by":\s*"passphrase"/)
  for (const secret of [user.password, JSON.stringify(user.password).slice(1, -1), passphrase]) expect(lying).not.toContain(secret)

  await startAgain()
  await openPassphrase('not the passphrase')
  await screens.keep('open-passphrase')
  await openPassphrase(passphrase)
  await expect(page.getByText('Connected', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Kept passwords' }).click()
  const kept = page.getByRole('dialog', { name: 'Kept passwords' })
  await expect(kept.getByText('protects 1 password or key. It is open until Homeport ends')).toBeVisible()
  await screens.keep('kept-passwords')
  await page.keyboard.press('Escape')
  await expect(kept).toBeHidden()
  await page.getByRole('link', { name: 'Set up this server' }).click()
})

test('goes on watching a run after the line was cut', async () => {
  const { page, server, screens } = stage
  await startSetUp(page)
  await expect(page.getByRole('region', { name: /^Output of/ }).first()).toBeVisible({ timeout: runTimeoutMs })
  // The run waits from here on, so that what follows happens in the middle of it.
  expect((await server.exec('systemctl freeze homeport-run.service')).stderr).toBe('')
  line.block()
  line.cut()
  await expect(page.getByText(reconnecting)).toBeVisible()
  await screens.keep('run-reconnecting')
  line.unblock()
  await expect(page.getByText(reconnecting)).toBeHidden({ timeout: 60_000 })
  await expect(page.getByText('Running', { exact: true })).toBeVisible()
})

test('finds a run again after the app crashed in the middle of it', async () => {
  const { page, server, shell, screens, allowComplaints } = stage
  allowComplaints(/WebSocket connection to|ERR_CONNECTION_REFUSED|status of 401/)
  await shell.crash()
  await expect(page.getByText('This window lost Homeport. It is connecting again …')).toBeVisible()
  await screens.keep('app-gone')
  await shell.startAgain()
  await expect(page.getByText('Homeport was started again and no longer knows this window')).toBeVisible()
  await screens.keep('signed-out')

  await page.goto(shell.url)
  await page.getByRole('list', { name: 'Servers' }).getByRole('link').first().click()
  await openPassphrase(passphrase)
  await expect(page.getByText('A change of this server is running')).toBeVisible()
  await screens.keep('dashboard-run-active')
  await page.getByRole('button', { name: 'Watch', exact: true }).click()
  const shown = drawer(page, 'What runs on the server')
  await expect(shown.getByText('Running', { exact: true })).toBeVisible()
  await server.exec('systemctl thaw homeport-run.service')
  await finish(shown, setUpTimeoutMs)
  await expect(page.getByText('No sites yet')).toBeVisible()
  await page.getByRole('tab', { name: 'Server' }).click()
  await expect(page.getByRole('list', { name: 'Runs' }).getByRole('listitem').first()).toContainText('Done')
})

test('says so while the server is off, and recovers by itself', async () => {
  const { page, server, screens } = stage
  await page.getByRole('tab', { name: 'Sites' }).click()
  await server.powerOff()
  await expect(page.getByText(reconnecting)).toBeVisible({ timeout: 40_000 })
  await expect(page.getByText('Reconnecting', { exact: true })).toBeVisible()
  await expect(page.getByText('look in your provider’s console whether the server is switched on')).toBeVisible()
  await screens.keep('server-off')
  await server.powerOn()
  await expect(page.getByText('Connected', { exact: true })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(reconnecting)).toBeHidden()
  await expect(page.getByText('No sites yet')).toBeVisible()
})

test('stops at a changed host key, with no way past it', async () => {
  const { page, server, screens } = stage
  const old = server.hostKeySha256
  const { stdout: cursor } = await server.exec('journalctl --lines 0 --show-cursor --quiet | sed "s/^-- cursor: //"')
  const changed = await server.rotateHostKey()
  line.cut()
  const notice = page.getByRole('alert').filter({ hasText: 'Homeport stopped: this is not the server it knows' })
  await expect(notice).toBeVisible({ timeout: 40_000 })
  await notice.getByRole('button', { name: 'Show both fingerprints' }).click()
  await expect(notice).toContainText(old)
  await expect(notice).toContainText(changed)
  await expect(page.getByText('Not connected', { exact: true })).toBeVisible()
  await screens.keep('host-key-changed')
  await expect(notice.getByRole('button').filter({ hasText: /accept|continue|match|trust|anyway/i })).toHaveCount(0)

  // Nor does the form of a new server lead past it.
  await notice.getByRole('link', { name: 'Back to your servers' }).click()
  await page.getByRole('link', { name: 'Add a server' }).click()
  await fillAddress(page, { host: line.host, port: line.port, user: user.name })
  await chooseLogin(page, 'Password')
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(user.password)
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Homeport stopped' })).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  const refused = await server.exec(`journalctl --after-cursor '${cursor.trim()}' --output cat --identifier sshd --identifier sshd-session`)
  expect(refused.stdout).not.toContain('Accepted')
  expect(refused.stdout).not.toBe('')
})
