import type { Session } from 'electron'
import { beforeEach, expect, test, vi } from 'vitest'
import { denyPermissions, lockDown } from '../../src/main/electron/lockdown.ts'
import * as electron from './electron-double.ts'

vi.mock('electron', () => import('./electron-double.ts'))

let contents: electron.Contents
beforeEach(() => {
  electron.app.removeAllListeners()
  electron.shell.openExternal.mockReset().mockResolvedValue()
  lockDown()
  contents = new electron.Contents()
  electron.app.emit('web-contents-created', {}, contents)
})

const navigate = (event: string, url: string, isMainFrame = true) => {
  const preventDefault = vi.fn()
  contents.emit(event, { url, isMainFrame, preventDefault })
  return preventDefault
}

test.each(['https://evil.example/', 'file:///etc/passwd', 'app://homeport.evil/', 'app://other/', 'data:text/html,x', 'javascript:alert(1)'])('does not leave its page for %s', (url) => {
  expect(navigate('will-navigate', url)).toHaveBeenCalledOnce()
  expect(navigate('will-redirect', url)).toHaveBeenCalledOnce()
})

test('may load its own page again', () => {
  expect(navigate('will-navigate', 'app://homeport/')).not.toHaveBeenCalled()
})

test('loads nothing into a frame, and no webview', () => {
  expect(navigate('will-frame-navigate', 'app://homeport/', false)).toHaveBeenCalledOnce()
  expect(navigate('will-attach-webview', '')).toHaveBeenCalledOnce()
})

test.each(['https://example.org/a?b=c#d', 'http://example.org/'])('opens %s in the browser of the system, and no window', (url) => {
  expect(contents.openHandler({ url })).toEqual({ action: 'deny' })
  expect(electron.shell.openExternal).toHaveBeenCalledExactlyOnceWith(url)
})

test.each(['file:///etc/passwd', 'smb://evil.example/x', 'ms-msdt:/id', 'javascript:alert(1)', 'app://homeport/', 'mailto:a@b.c', 'https', ''])('opens nothing at all for %s', (url) => {
  expect(contents.openHandler({ url })).toEqual({ action: 'deny' })
  navigate('will-navigate', url)
  expect(electron.shell.openExternal).not.toHaveBeenCalled()
})

test('says so when the browser cannot be opened', async () => {
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  electron.shell.openExternal.mockRejectedValue(new Error('no browser'))
  contents.openHandler({ url: 'https://example.org/' })
  await vi.waitFor(() => expect(stderr).toHaveBeenCalledWith(expect.stringContaining('no browser')))
  stderr.mockRestore()
})

test('grants no permission but to write to the clipboard, and that only to its own page', () => {
  const session = new electron.Session()
  denyPermissions(session as unknown as Session)
  const request = (permission: string, requestingUrl: string) => {
    const answer = vi.fn()
    session.requestHandler(contents, permission, answer, { requestingUrl })
    return answer.mock.calls[0]?.[0] as boolean
  }
  for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'fullscreen', 'hid', 'unknown']) {
    expect(request(permission, 'app://homeport/'), permission).toBe(false)
    expect(session.checkHandler(contents, permission, 'app://homeport'), permission).toBe(false)
  }
  expect(request('clipboard-sanitized-write', 'app://homeport/')).toBe(true)
  expect(session.checkHandler(contents, 'clipboard-sanitized-write', 'app://homeport')).toBe(true)
  expect(session.checkHandler(contents, 'clipboard-sanitized-write', 'app://homeport/')).toBe(true)
  expect(request('clipboard-sanitized-write', 'https://evil.example/')).toBe(false)
  expect(session.checkHandler(contents, 'clipboard-sanitized-write', 'https://evil.example/')).toBe(false)
  expect(session.deviceHandler()).toBe(false)
})
