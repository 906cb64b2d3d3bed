import { expect, type Locator, type Page } from '@playwright/test'
import type { TestServer } from '../testbed/index.ts'

/** Milliseconds that a run on the server may take on a busy machine. */
export const runTimeoutMs = 240_000
/** Milliseconds that the first run of a server may take there: it installs Docker and fetches the proxy. */
export const setUpTimeoutMs = 360_000

/** Fills in where the server is. Leaves the way of logging in as it is. */
export async function fillAddress(page: Page, to: { host: string; port: number; user: string }): Promise<void> {
  await page.getByRole('combobox', { name: 'Address', exact: true }).fill(to.host)
  await page.getByLabel('User', { exact: true }).fill(to.user)
  await page.getByLabel('Port', { exact: true }).fill(String(to.port))
}

export async function chooseLogin(page: Page, label: 'Key file' | 'SSH agent' | 'Password'): Promise<void> {
  await page.getByRole('radiogroup', { name: 'Log in with' }).getByText(label, { exact: true }).click()
}

/** Compares the fingerprint in the dialog with the real one, and agrees. */
export async function agreeToHostKey(page: Page, sha256: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Is this really your server?' })
  await expect(dialog.getByRole('group', { name: `Fingerprint ${sha256}` })).toBeVisible()
  await dialog.getByRole('button', { name: 'It matches' }).click()
}

/** From the start page to the checks of the server, with its key file. */
export async function connectWithKey(page: Page, server: TestServer, through: { host: string; port: number } = server): Promise<void> {
  await page.getByRole('link', { name: 'Add a server' }).click()
  await fillAddress(page, { host: through.host, port: through.port, user: server.user })
  await chooseLogin(page, 'Key file')
  await page.getByRole('combobox', { name: 'Key file' }).fill(server.privateKeyPath)
  await page.getByRole('button', { name: 'Connect' }).click()
  await agreeToHostKey(page, server.hostKeySha256)
  await expect(page.getByRole('heading', { name: 'Is the server ready?' })).toBeVisible()
}

/** From the checks to a run that has begun. */
export async function startSetUp(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue to the plan' }).click()
  await approve(page)
  // The server is asked and planned for once more before anything begins.
  await expect(page.getByRole('list', { name: 'Steps', exact: true })).toBeVisible({ timeout: 40_000 })
}

/** Watches the first run of a server to its good end, on the page where it was agreed to. */
export async function expectSetUp(page: Page): Promise<void> {
  await expect(page.getByText('Your server is ready')).toBeVisible({ timeout: setUpTimeoutMs })
}

/** Agrees to the plan on the screen. */
export async function approve(where: Page | Locator): Promise<void> {
  await where.getByRole('button', { name: /^Apply (this change|these \d+ changes)$/ }).click()
}

/** The drawer in which a change of this title is reviewed and watched. */
export function drawer(page: Page, title: string | RegExp): Locator {
  return page.getByRole('dialog', { name: title })
}

/** Watches the run in a drawer to its good end, and closes it. */
export async function finish(shown: Locator, timeout: number = runTimeoutMs): Promise<void> {
  await expect(shown.getByText('All done', { exact: true })).toBeVisible({ timeout })
  await shown.getByRole('button', { name: 'Close', exact: true }).last().click()
  await expect(shown).toBeHidden()
}

/** Watches the run of a site to its good end, on the page where the site was added or edited. */
export async function expectPublished(page: Page, domain: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: `${domain} is published` })).toBeVisible({ timeout: runTimeoutMs })
}

/** The same for a site that was there before. */
export async function expectChanged(page: Page, domain: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: `${domain} is changed` })).toBeVisible({ timeout: runTimeoutMs })
}

/** One site's row on the dashboard. */
export function siteRow(page: Page, domain: string): Locator {
  return page.getByRole('list', { name: 'Sites' }).getByRole('listitem', { name: domain, exact: true })
}

/** By the keyboard: news from the server can move a row while a pointer is on its way. */
export async function openSiteMenu(page: Page, domain: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${domain}` }).press('Enter')
  await page.getByRole('menuitem', { name: item }).press('Enter')
}
