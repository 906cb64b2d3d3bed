import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from '@playwright/test'

const appDir = resolve(import.meta.dirname, '../..')
let shell: ChildProcess
let url: string
let folder: string

/** The built web shell as a person starts it. */
test.beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'homeport-entrance-'))
  shell = spawn(process.execPath, [join(appDir, 'out/main/web.js'), '--json', '--port', '0', '--data-dir', join(folder, 'data')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(shell.stdout as NodeJS.ReadableStream), 'line') as [string]
  url = (JSON.parse(line) as { url: string }).url
})
test.afterEach(async () => {
  if (shell.exitCode === null) {
    shell.kill('SIGTERM')
    await once(shell, 'exit')
  }
  rmSync(folder, { recursive: true })
})

test('the printed address leads to the window, and the token is gone from the address bar and from scripts', async ({ page }) => {
  const violations: string[] = []
  page.on('console', (message) => { if (message.text().includes('Content Security Policy')) violations.push(message.text()) })
  await page.goto(url)
  await expect(page).toHaveURL(new RegExp(`^${new URL(url).origin}/(#/.*)?$`))
  await expect(page.locator('#root > *').first()).toBeAttached()
  expect(await page.evaluate(() => document.cookie)).toBe('')
  expect(violations).toEqual([])
})

test('a browser stays signed in when the window is loaded again, and in a second tab', async ({ page, context }) => {
  await page.goto(url)
  await expect(page.locator('#root > *').first()).toBeAttached()
  await page.reload()
  await expect(page.locator('#root > *').first()).toBeAttached()
  const second = await context.newPage()
  const opened = second.waitForEvent('websocket')
  await second.goto(new URL(url).origin)
  await (await opened).waitForEvent('framereceived')
  await expect(second).toHaveURL(new RegExp(`^${new URL(url).origin}/(#/.*)?$`))
})

test('another program that listens on this computer gets nothing of a signed-in browser by which it could come in itself', async ({ page, context }) => {
  await page.goto(url)
  await expect(page.locator('#root > *').first()).toBeAttached()
  const asked: IncomingHttpHeaders[] = []
  const other = createServer((request, response) => {
    asked.push(request.headers)
    response.setHeader('Content-Type', 'text/html').end('<title>other</title>')
  })
  await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve) })
  const lured = await context.newPage()
  await lured.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`)
  const found = await lured.evaluate(() => [document.cookie, Object.keys(localStorage), Object.keys(sessionStorage)])
  other.close()
  expect(asked.length).toBeGreaterThan(0)
  for (const headers of asked) expect([headers.cookie, headers.authorization]).toEqual([undefined, undefined])
  expect(found).toEqual(['', [], []])
  expect(await context.cookies()).toEqual([])
})

test('a used address works again in the same browser, and in no other', async ({ page, browser }) => {
  await page.goto(url)
  await expect(page.locator('#root')).toBeAttached()
  await page.goto('about:blank')
  await page.goto(url)
  await expect(page.locator('#root')).toBeAttached()

  const other = await browser.newContext()
  const stranger = await other.newPage()
  await stranger.goto(url)
  await expect(stranger.getByRole('heading')).toHaveText('This address does not work any more')
  await expect(stranger.getByText('press Enter in that terminal')).toBeVisible()
  await stranger.goto(new URL(url).origin)
  await expect(stranger.getByRole('heading')).toHaveText('This browser is not signed in to Homeport')
  await other.close()
})

test('another site in the same browser reaches nothing', async ({ page, context }) => {
  await page.goto(url)
  await expect(page.locator('#root')).toBeAttached()
  const { host, origin } = new URL(url)
  await context.route('http://evil.example/**', (route) => route.fulfill({ contentType: 'text/html', body: '<title>evil</title>' }))
  const evil = await context.newPage()
  await evil.goto('http://evil.example/')
  const reached = await evil.evaluate(async ([host, origin]) => {
    const socket = await new Promise((resolve) => {
      const opened = new WebSocket(`ws://${host}/wire`)
      opened.onopen = () => resolve('open')
      opened.onerror = () => resolve('refused')
    })
    const page = await fetch(`${origin}/`, { credentials: 'include' }).then(() => 'read', () => 'refused')
    return { socket, page }
  }, [host, origin] as const)
  expect(reached).toEqual({ socket: 'refused', page: 'refused' })
})

test('keeps its settings where only this user can read them, and stops when it is told to', async ({ page }) => {
  await page.goto(url)
  await expect(page.locator('#root')).toBeAttached()
  expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700)
  const exited = once(shell, 'exit')
  shell.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})
