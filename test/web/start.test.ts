import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Conf from 'conf'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startWebShell, type WebShell } from '../../src/main/web/start.ts'
import { createTerminal, offerNewAddresses } from '../../src/main/web/terminal.ts'
import { handlersWith } from '../bridge/handler-doubles.ts'
import { ask, enter } from './browser.ts'

let folder: string
let printed: string
let confs: Conf<Record<string, unknown>>[]
let shells: WebShell[]
const close = vi.fn(() => Promise.resolve())

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'homeport-start-'))
  printed = ''
  confs = []
  shells = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => { printed += String(text); return true })
})
afterEach(async () => {
  for (const shell of shells) await shell.close()
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  close.mockClear()
  // A browser that was stubbed may still be writing down what it was told.
  rmSync(folder, { recursive: true, maxRetries: 5 })
})

async function start(port: number | null, json = true, openBrowser = false): Promise<WebShell> {
  const shell = await startWebShell({ port, dataDir: join(folder, 'deep/data'), openBrowser, json, help: false }, '1.0.0', folder, (conf) => {
    confs.push(conf)
    return { handlers: handlersWith({}), download: () => Promise.resolve(null), close }
  })
  shells.push(shell)
  return shell
}

test('prints one line of JSON for scripts, with an address that works', async () => {
  const shell = await start(0)
  expect(JSON.parse(printed)).toEqual({ url: shell.url })
  const url = new URL(shell.url)
  expect((await enter(Number(url.port), url.hash.slice(1))).status).toBe(200)
})

test('prints the address for a person', async () => {
  const shell = await start(0, false)
  expect(printed).toContain(`Homeport is at ${shell.url}\n`)
})

test('keeps settings in a folder and a file for this user alone, also where the folder was open to others', async () => {
  mkdirSync(join(folder, 'deep/data'), { recursive: true, mode: 0o755 })
  await start(0)
  confs[0]?.set('a', 1)
  expect(statSync(join(folder, 'deep/data')).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'deep/data/homeport.json')).mode & 0o777).toBe(0o600)
})

test('does not replace settings that it cannot read, and says which file it is', async () => {
  const file = join(folder, 'deep/data/homeport.json')
  mkdirSync(join(folder, 'deep/data'), { recursive: true })
  writeFileSync(file, '{ "servers": [')
  await expect(start(0)).rejects.toThrow(`The settings in ${file} cannot be read`)
  expect(readFileSync(file, 'utf8')).toBe('{ "servers": [')
})

test('refuses a port that another program has, and closes what it began', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve) })
  const { port } = other.address() as { port: number }
  await expect(start(port)).rejects.toThrow(`Port ${port} is in use by another program. Choose another with --port, or leave it out.`)
  expect(close).toHaveBeenCalledOnce()
  await new Promise((resolve) => other.close(resolve))
})

test('listens on another port each time, so that nobody can wait for it there', async () => {
  const [first, second] = [await start(null), await start(null)]
  expect(new URL(second.url).port).not.toBe(new URL(first.url).port)
})

test('closes the server and the services', async () => {
  const shell = await start(0)
  shells = []
  await shell.close()
  expect(close).toHaveBeenCalledOnce()
  await expect(ask(Number(new URL(shell.url).port))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

/** In the place of the browser stands a program that writes its arguments down; gives them. */
function stubBrowser(): () => string {
  const told = join(folder, 'arguments')
  for (const name of ['xdg-open', 'open']) writeFileSync(join(folder, name), `#!/bin/sh\necho "$*" >'${told}.new' && mv '${told}.new' '${told}'\n`, { mode: 0o755 })
  vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`)
  vi.stubEnv('DISPLAY', ':0')
  return () => readFileSync(told, 'utf8').trim()
}
const pages = () => readdirSync(join(folder, 'deep/data')).filter((name) => name.endsWith('.html'))

test('opens the browser at a page for this user alone, so that the token is in no list of processes', async () => {
  const opened = stubBrowser()
  const shell = await start(0, false, true)
  await vi.waitFor(() => expect(opened()).toMatch(/^file:.*\.html$/), { timeout: 10_000 })
  const page = new URL(opened())
  expect(readFileSync(page, 'utf8')).toContain(`<meta http-equiv="refresh" content="0; url=${shell.url}">`)
  expect(statSync(page).mode & 0o777).toBe(0o600)
  expect(printed).toContain('open the address above')
})

test('removes the page that leads in once a browser came in, not when one was refused', async () => {
  stubBrowser()
  const url = new URL((await start(0, false, true)).url)
  await enter(Number(url.port), 'wrong')
  expect(pages()).toHaveLength(1)
  await enter(Number(url.port), url.hash.slice(1))
  await vi.waitFor(() => expect(pages()).toEqual([]), { timeout: 10_000 })
})

test('removes the page that leads in after a minute, and when Homeport ends', async () => {
  stubBrowser()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await start(0, false, true)
  vi.advanceTimersByTime(59_000)
  expect(pages()).toHaveLength(1)
  vi.advanceTimersByTime(1000)
  expect(pages()).toEqual([])
  vi.useRealTimers()
  const shell = await start(0, false, true)
  expect(pages()).toHaveLength(1)
  await shell.close()
  shells.pop()
  expect(pages()).toEqual([])
})

test('gives a new address for every Enter in a terminal, and none elsewhere', () => {
  const lines: string[] = []
  const terminal = createTerminal(false, true, (text) => lines.push(text))
  const newAddress = vi.fn(() => 'http://127.0.0.1:1/enter#new')
  const on = vi.fn()
  offerNewAddresses({ newAddress }, terminal, { isTTY: false, on } as unknown as NodeJS.ReadStream)
  expect(on).not.toHaveBeenCalled()
  offerNewAddresses({ newAddress }, terminal, { isTTY: true, on } as unknown as NodeJS.ReadStream)
  const pressEnter = on.mock.calls[0]?.[1] as () => void
  pressEnter()
  expect(lines.join('')).toContain('Homeport is at http://127.0.0.1:1/enter#new')
})

test('says how to let another browser in', () => {
  const said = (isInteractive: boolean, outcome: 'entered' | 'refused') => {
    let text = ''
    createTerminal(false, isInteractive, (more) => { text += more }).showEntry(outcome)
    return text
  }
  expect(said(true, 'entered')).toContain('press Enter')
  expect(said(false, 'entered')).toContain('start Homeport again')
  expect(said(true, 'refused')).toContain('does not work any more')
})
