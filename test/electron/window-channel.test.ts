import type { WebContents } from 'electron'
import { beforeEach, expect, test, vi } from 'vitest'
import { serveWindow } from '../../src/main/electron/window-channel.ts'
import { appInfo, handlersWith } from '../bridge/handler-doubles.ts'
import { Contents, Frame } from './electron-double.ts'

vi.mock('electron', () => import('./electron-double.ts'))

const appInfoCall = JSON.stringify({ kind: 'call', id: 1, name: 'app.info' })
const liveOpen = JSON.stringify({ kind: 'open', id: 1, name: 'server.live', input: { serverId: 'abcdefgh' } })
const liveEvent = { kind: 'line', state: 'connected', message: '' } as never
let contents: Contents
let signals: AbortSignal[]
let emit: (event: never) => Promise<void>
const info = vi.fn(() => Promise.resolve(appInfo))

beforeEach(() => {
  contents = new Contents()
  signals = []
  info.mockClear()
  serveWindow(contents as unknown as WebContents, handlersWith({
    'app.info': info,
    'server.live': (_input, port) => {
      signals.push(port.signal)
      emit = (event) => port.emit(event)
      return new Promise(() => {})
    },
  }))
})

const attach = (senderFrame: Frame | null = contents.mainFrame) => contents.ipc.emit('homeport:attach', { senderFrame })
const post = (text: unknown, senderFrame: Frame | null = contents.mainFrame) => contents.ipc.emit('homeport:message', { senderFrame }, text)
const turn = () => new Promise(setImmediate)

test('answers the page of the window', async () => {
  attach()
  post(appInfoCall)
  await turn()
  expect(contents.mainFrame.send).toHaveBeenCalledExactlyOnceWith('homeport:message', JSON.stringify({ kind: 'answer', id: 1, output: appInfo }))
})

test.each([
  ['a frame inside the page', () => new Frame('app://homeport')],
  ['a frame that is gone', () => null],
  ['another page in the window', () => (contents.mainFrame = new Frame('https://evil.example'))],
  ['a file in the window', () => (contents.mainFrame = new Frame('file://'))],
])('does not listen to %s', async (_who, frame) => {
  attach()
  const stranger = frame()
  post(appInfoCall, stranger)
  await turn()
  expect(info).not.toHaveBeenCalled()
  expect(contents.send).not.toHaveBeenCalled()
  expect(contents.mainFrame.send).not.toHaveBeenCalled()
})

test('does not let a stranger take the place of the page', async () => {
  attach()
  post(liveOpen)
  attach(new Frame('app://homeport'))
  expect(signals[0]?.aborted).toBe(false)
})

test.each([
  ['another page took the place of ours', () => { contents.mainFrame = new Frame('https://evil.example') }],
  ['the frame itself went elsewhere', () => { contents.mainFrame.origin = 'https://evil.example' }],
  ['the frame is gone', () => { contents.mainFrame.isDestroyed.mockReturnValue(true) }],
  ['the window is gone', () => { contents.isDestroyed.mockReturnValue(true) }],
])('tells nobody of a stream when %s, and ends it', async (_what, happen) => {
  attach()
  const page = contents.mainFrame
  post(liveOpen)
  await emit(liveEvent)
  expect(page.send).toHaveBeenCalledOnce()
  page.send.mockClear()
  happen()
  await emit(liveEvent).catch(() => {})
  for (const frame of [page, contents.mainFrame]) expect(frame.send).not.toHaveBeenCalled()
  expect(contents.send).not.toHaveBeenCalled()
  expect(signals[0]?.aborted).toBe(true)
})

test('gives no answer to a page that came while the question was open', async () => {
  const answer = Promise.withResolvers<typeof appInfo>()
  info.mockReturnValueOnce(answer.promise)
  attach()
  post(appInfoCall)
  contents.mainFrame = new Frame('https://evil.example')
  answer.resolve(appInfo)
  await turn()
  expect(contents.mainFrame.send).not.toHaveBeenCalled()
  expect(contents.send).not.toHaveBeenCalled()
})

test('takes nothing but text', async () => {
  attach()
  post({ kind: 'call', id: 1, name: 'app.info' })
  post(undefined)
  await turn()
  expect(info).not.toHaveBeenCalled()
})

test('says why on standard error when the page breaks the protocol', () => {
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  attach()
  post('{')
  expect(stderr).toHaveBeenCalledWith(expect.stringContaining('A message is not JSON.'))
  stderr.mockRestore()
})

test.each([
  ['another page of ours is loaded', () => { attach() }],
  ['a page of somebody else is loaded', () => { contents.emit('did-navigate', {}, 'https://evil.example/') }],
  ['the process of the page dies', () => { contents.emit('render-process-gone', {}, { reason: 'crashed' }) }],
  ['the window is gone', () => { contents.emit('destroyed') }],
])('ends the streams of the page when %s', (_what, happen) => {
  attach()
  post(liveOpen)
  expect(signals[0]?.aborted).toBe(false)
  happen()
  expect(signals[0]?.aborted).toBe(true)
})

test('serves the page that is loaded next, under the same numbers', async () => {
  attach()
  post(liveOpen)
  attach()
  post(liveOpen)
  await turn()
  expect(signals.map((signal) => signal.aborted)).toEqual([true, false])
})
