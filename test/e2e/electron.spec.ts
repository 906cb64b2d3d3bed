import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test'
import { findElectron } from '../../scripts/electron-binary.ts'

const appDir = resolve(import.meta.dirname, '../..')
const binary = findElectron(appDir)
const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])

if (binary === null || !hasDisplay) {
  const reason = binary === null
    ? 'the Electron program is not on this computer (npx install-electron, or ELECTRON_OVERRIDE_DIST_PATH)'
    : 'there is no display (xvfb-run gives one)'
  test('says why the Electron shell could not be tried here', () => {
    test.info().annotations.push({ type: 'not tried', description: reason })
    process.stdout.write(`NOT TRIED: the Electron shell, because ${reason}.\n`)
    test.skip(true, reason)
  })
} else {
  test.describe('the Electron shell', () => {
    let app: ElectronApplication
    let page: Page
    let userData: string

    test.beforeAll(async () => {
      userData = mkdtempSync(join(tmpdir(), 'homeport-electron-'))
      app = await _electron.launch({ executablePath: binary, args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--user-data-dir=${userData}`, appDir] })
      page = await app.firstWindow()
    })
    test.afterAll(async () => {
      await app.close()
      rmSync(userData, { recursive: true, force: true })
    })

    test('shows the window from its own scheme', async () => {
      expect(page.url()).toMatch(/^app:\/\/homeport\//)
      await expect(page).toHaveTitle(/Homeport/)
      await expect(page.locator('#root > *').first()).toBeAttached()
    })

    test('gives the page nothing but the bridge', async () => {
      const seen = await page.evaluate(() => ({ bridge: Object.keys(window.homeport ?? {}).sort(), require: typeof Reflect.get(window, 'require'), process: typeof Reflect.get(window, 'process') }))
      expect(seen).toEqual({ bridge: ['onMessage', 'post'], require: 'undefined', process: 'undefined' })
    })

    test('answers over the bridge', async () => {
      const answer = await page.evaluate(() => new Promise<string>((resolve) => {
        window.homeport?.onMessage((text) => { if (text.includes('"id":999999')) resolve(text) })
        window.homeport?.post(JSON.stringify({ kind: 'call', id: 999999, name: 'app.info' }))
      }))
      expect(JSON.parse(answer)).toMatchObject({ kind: 'answer', output: { shell: 'electron' } })
    })

    test('runs no script from elsewhere', async () => {
      const ran = await page.evaluate(() => new Promise<boolean>((resolve) => {
        const script = document.createElement('script')
        script.textContent = 'window.injected = true'
        document.body.append(script)
        setTimeout(() => resolve(Reflect.get(window, 'injected') === true), 100)
      }))
      expect(ran).toBe(false)
    })

    test('stays on its page and opens no second window', async () => {
      await page.evaluate(() => {
        window.open('file:///etc/passwd')
        location.href = 'file:///etc/passwd'
      })
      await page.waitForTimeout(500)
      expect(page.url()).toMatch(/^app:\/\/homeport\//)
      expect(app.windows()).toHaveLength(1)
    })
  })
}
