import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Readable } from 'node:stream'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { registerAppScheme, serveAppScheme } from '../../src/main/electron/app-protocol.ts'
import * as electron from './electron-double.ts'

vi.mock('electron', () => import('./electron-double.ts'))

let folder: string
const get = (url: string, method = 'GET') => {
  const handle = electron.protocol.handlers.get('app')
  if (handle === undefined) throw new Error('The scheme is not handled.')
  return handle({ url, method })
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'homeport-app-'))
  mkdirSync(join(folder, 'renderer/assets'), { recursive: true })
  writeFileSync(join(folder, 'renderer/index.html'), 'the window')
  writeFileSync(join(folder, 'renderer/assets/main.js'), 'export {}')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  electron.net.fetch.mockImplementation((url) => Promise.resolve(new Response(readFileSync(fileURLToPath(url)), { headers: { 'Content-Type': url.endsWith('.js') ? 'text/javascript' : 'text/html' } })))
  serveAppScheme(join(folder, 'renderer'), async (token) => (token === 'good' ? { name: 'größe "1".txt', sizeBytes: 4, body: Readable.from([Buffer.from('text')]) } : null))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('makes the scheme a secure origin of its own, without rights beyond that', () => {
  registerAppScheme()
  expect(electron.protocol.registerSchemesAsPrivileged).toHaveBeenCalledExactlyOnceWith([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }])
})

test('serves the page and its files with the security headers', async () => {
  for (const [url, body, type] of [['app://homeport/', 'the window', 'text/html'], ['app://homeport/assets/main.js', 'export {}', 'text/javascript']] as const) {
    const answer = await get(url)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe(body)
    expect(answer.headers.get('Content-Type')).toBe(type)
    expect(answer.headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'; script-src 'self';/)
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff')
  }
})

test('serves the page for every screen, and a missing asset as missing', async () => {
  expect(await (await get('app://homeport/servers/abc')).text()).toBe('the window')
  expect((await get('app://homeport/assets/gone.js')).status).toBe(404)
})

test.each(['app://homeport/..%2fsecret.txt', 'app://homeport/%2e%2e%2fsecret.txt', 'app://homeport/assets/..%2f..%2f..%2fsecret.txt', 'app://homeport/%00', 'app://homeport/%'])('gives nothing outside the folder for %s', async (url) => {
  expect(await (await get(url)).text()).not.toContain('secret')
})

test('gives a download that was offered as a file to save, and no other', async () => {
  const found = await get('app://homeport/download/good')
  expect(await found.text()).toBe('text')
  expect(found.headers.get('Content-Disposition')).toBe('attachment; filename="gr??e \\"1\\".txt"; filename*=UTF-8\'\'gr%C3%B6%C3%9Fe%20%221%22.txt')
  expect(found.headers.get('Content-Type')).toBe('application/octet-stream')
  expect((await get('app://homeport/download/bad')).status).toBe(404)
})

test('refuses other hosts and methods', async () => {
  expect((await get('app://other/')).status).toBe(403)
  expect((await get('app://homeport/', 'POST')).status).toBe(403)
})
