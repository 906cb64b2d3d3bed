import { expect, test, vi } from 'vitest'
import type { PreloadBridge } from '../../src/shared/wire.ts'
import { contextBridge, ipcRenderer } from './electron-double.ts'

vi.mock('electron', () => import('./electron-double.ts'))

await import('../../src/preload/index.ts')
// Taken before the first test: mocks forget their calls from test to test.
const exposed = [...contextBridge.exposeInMainWorld.mock.calls] as [string, PreloadBridge][]
const sentAtLoad = [...ipcRenderer.send.mock.calls] as unknown[][]
const bridge = exposed[0]?.[1] as PreloadBridge

test('exposes post and onMessage, and nothing else', () => {
  expect(exposed).toEqual([['homeport', bridge]])
  expect(Object.keys(bridge).sort()).toEqual(['onMessage', 'post'])
})

test('says that a page was loaded before the page can ask anything', () => {
  expect(sentAtLoad).toEqual([['homeport:attach']])
})

test('sends text on one channel, whatever the page gives', () => {
  bridge.post('{"kind":"close","id":1}')
  expect(ipcRenderer.send).toHaveBeenLastCalledWith('homeport:message', '{"kind":"close","id":1}')
  bridge.post({ toString: () => 'text' } as never)
  expect(ipcRenderer.send).toHaveBeenLastCalledWith('homeport:message', 'text')
})

test('hands over the text alone, until it is no longer wanted', () => {
  const listener = vi.fn()
  const stop = bridge.onMessage(listener)
  ipcRenderer.emit('homeport:message', { sender: ipcRenderer }, 'hello')
  expect(listener.mock.calls).toEqual([['hello']])
  expect(stop(), 'nothing of Electron comes back').toBeUndefined()
  ipcRenderer.emit('homeport:message', { sender: ipcRenderer }, 'again')
  expect(listener).toHaveBeenCalledOnce()
})
