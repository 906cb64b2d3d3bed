import { beforeEach, expect, test, vi } from 'vitest'
import { startApp } from '../../src/main/electron/start.ts'
import { confWith } from './conf-double.ts'
import * as electron from './electron-double.ts'

const close = vi.fn(() => Promise.resolve())
const createServices = vi.hoisted(() => vi.fn())
vi.mock('electron', () => import('./electron-double.ts'))
vi.mock('../../src/main/services.ts', () => ({ createServices }))
vi.mock('../../src/main/electron/settings-store.ts', () => ({ openSettings: () => confWith() }))

const { app } = electron
beforeEach(() => {
  vi.clearAllMocks()
  app.removeAllListeners()
  app.paths = { appData: '/home/me/.config' }
  electron.BrowserWindow.made = []
  createServices.mockReturnValue({ handlers: {}, close })
})

test('says what must be said before Electron is ready, in time', async () => {
  const ready = Promise.withResolvers<void>()
  app.whenReady.mockReturnValueOnce(ready.promise)
  const started = startApp()
  expect(app.requestSingleInstanceLock).toHaveBeenCalledOnce()
  expect(app.enableSandbox).toHaveBeenCalledOnce()
  expect(electron.protocol.registerSchemesAsPrivileged).toHaveBeenCalledOnce()
  expect(app.listenerCount('web-contents-created')).toBe(1)
  expect(electron.BrowserWindow.made).toHaveLength(0)
  ready.resolve()
  await started
  expect(electron.BrowserWindow.made).toHaveLength(1)
})

test('gives the services what the shell knows', async () => {
  await startApp()
  expect(createServices).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ shell: 'electron', version: '1.2.3', appDir: '/app', resourcesDir: '/app/resources', secretBox: expect.objectContaining({ seal: expect.any(Function) as unknown }) as unknown }))
})

test('has a window although the keychain asks its person something and gets no answer', async () => {
  electron.safeStorage.isAsyncEncryptionAvailable.mockReturnValue(new Promise(() => {}))
  electron.safeStorage.encryptStringAsync.mockReturnValue(new Promise(() => {}))
  await startApp()
  expect(electron.BrowserWindow.made).toHaveLength(1)
})

test('locks the window and denies permissions before the page is loaded', async () => {
  await startApp()
  const [window] = electron.BrowserWindow.made
  expect(window?.webContents.openHandler({ url: 'file:///x' })).toEqual({ action: 'deny' })
  expect(electron.session.defaultSession.checkHandler(null, 'media', 'app://homeport')).toBe(false)
  expect(electron.protocol.handlers.has('app')).toBe(true)
})

test('keeps its settings where the web shell does, unless it was given another folder', async () => {
  await startApp()
  expect(app.paths['userData']).toBe('/home/me/.config/Homeport')
  app.paths = { userData: '/elsewhere' }
  app.commandLine.hasSwitch.mockReturnValueOnce(true)
  await startApp()
  expect(app.paths['userData']).toBe('/elsewhere')
})

test('leaves when another Homeport runs already', async () => {
  app.requestSingleInstanceLock.mockReturnValueOnce(false)
  await startApp()
  expect(app.quit).toHaveBeenCalledOnce()
  expect(createServices).not.toHaveBeenCalled()
  expect(electron.BrowserWindow.made).toHaveLength(0)
})

test('comes to the front when it is started a second time', async () => {
  await startApp()
  const [window] = electron.BrowserWindow.made
  window?.isMinimized.mockReturnValue(true)
  app.emit('second-instance')
  expect(window?.restore).toHaveBeenCalledOnce()
  expect(window?.focus).toHaveBeenCalledOnce()
  window?.emit('closed')
  app.emit('second-instance')
  expect(window?.focus).toHaveBeenCalledOnce()
})

test('closes the services before it ends, once', async () => {
  await startApp()
  app.emit('window-all-closed')
  expect(app.quit).toHaveBeenCalledOnce()
  const preventDefault = vi.fn()
  app.emit('will-quit', { preventDefault })
  app.emit('will-quit', { preventDefault })
  expect(preventDefault).toHaveBeenCalledTimes(2)
  await vi.waitFor(() => expect(app.exit).toHaveBeenCalledExactlyOnceWith(0))
  expect(close).toHaveBeenCalledOnce()
})

test('sets the menu with the usual roles', async () => {
  await startApp()
  const template = electron.Menu.buildFromTemplate.mock.calls[0]?.[0] as { role?: string }[]
  expect(template.map((item) => item.role).filter(Boolean)).toEqual(expect.arrayContaining(['fileMenu', 'editMenu', 'windowMenu']))
})
