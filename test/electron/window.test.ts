import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWindow } from '../../src/main/electron/window.ts'
import { handlersWith } from '../bridge/handler-doubles.ts'
import { confWith } from './conf-double.ts'
import * as electron from './electron-double.ts'

vi.mock('electron', () => import('./electron-double.ts'))

const make = (conf = confWith(), isPackaged = false) =>
  createWindow({ conf, handlers: handlersWith({}), preload: '/app/out/preload/index.cjs', isPackaged }) as unknown as electron.BrowserWindow

beforeEach(() => { vi.spyOn(process.stderr, 'write').mockReturnValue(true) })
afterEach(() => {
  vi.restoreAllMocks()
  electron.nativeTheme.shouldUseDarkColors = false
})

test('gives the page no way to Node', () => {
  expect(make().options['webPreferences']).toMatchObject({
    preload: '/app/out/preload/index.cjs', sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false,
  })
})

test('has developer tools only where it is developed', () => {
  expect(make(confWith(), false).options['webPreferences']).toMatchObject({ devTools: true })
  expect(make(confWith(), true).options['webPreferences']).toMatchObject({ devTools: false })
})

test('loads the page from its own scheme', () => {
  expect(make().loadURL).toHaveBeenCalledExactlyOnceWith('app://homeport/')
})

test('shows itself when the page is painted, not before', () => {
  const window = make()
  expect(window.options['show']).toBe(false)
  expect(window.show).not.toHaveBeenCalled()
  window.emit('ready-to-show')
  expect(window.show).toHaveBeenCalledOnce()
})

test.each([[true, '#242424'], [false, '#ffffff']])('has the background of the page (dark: %s)', (dark, colour) => {
  electron.nativeTheme.shouldUseDarkColors = dark
  expect(make().options['backgroundColor']).toBe(colour)
})

test('comes back where it was closed', () => {
  const conf = confWith()
  const first = make(conf)
  expect(first.options).toMatchObject({ width: 1200, height: 820, minWidth: 720, minHeight: 520 })
  expect(first.options).not.toHaveProperty('x')
  first.isMaximized.mockReturnValue(true)
  first.emit('close')
  const second = make(conf)
  expect(second.options).toMatchObject({ x: 10, y: 20, width: 900, height: 700 })
  second.emit('ready-to-show')
  expect(second.maximize).toHaveBeenCalledOnce()
})

test.each([
  ['off all screens', { x: 5000, y: 20, width: 900, height: 700, isMaximized: false }],
  ['almost below the screen', { x: 0, y: 1070, width: 900, height: 700, isMaximized: false }],
  ['nonsense', { x: 'left', width: -1 }],
])('has its usual size when the kept place is %s', (_what, place) => {
  const window = make(confWith({ window: place }))
  expect(window.options).toMatchObject({ width: 1200, height: 820 })
  expect(window.options).not.toHaveProperty('x')
})

test('loads the page again when its process dies', () => {
  const { webContents } = make()
  webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 })
  expect(webContents.reload).toHaveBeenCalledOnce()
  webContents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 })
  expect(webContents.reload).toHaveBeenCalledOnce()
})

test.each([[0, 4, 0], [1, 3, 1]])('asks when the page keeps dying (answer %i)', async (response, reloads, closes) => {
  electron.dialog.showMessageBox.mockResolvedValue({ response })
  const window = make()
  for (let i = 0; i < 4; i++) window.webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 1 })
  expect(window.webContents.reload).toHaveBeenCalledTimes(3)
  await vi.waitFor(() => expect(electron.dialog.showMessageBox).toHaveBeenCalled())
  await new Promise(setImmediate)
  expect(window.webContents.reload).toHaveBeenCalledTimes(reloads)
  expect(window.close).toHaveBeenCalledTimes(closes)
})
