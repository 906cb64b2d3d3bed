import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { electronProblem, findElectron } from '../../scripts/electron-binary.ts'

let folder: string
const put = (path: string, text = '') => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'homeport-electron-')) })
afterEach(() => rmSync(folder, { recursive: true }))

test('finds the program that the electron package downloaded', () => {
  expect(findElectron(folder, {})).toBeNull()
  put('node_modules/electron/path.txt', 'electron.bin')
  expect(findElectron(folder, {})).toBeNull()
  put('node_modules/electron/dist/electron.bin')
  expect(findElectron(folder, {})).toBe(join(folder, 'node_modules/electron/dist/electron.bin'))
})

test('takes another copy by ELECTRON_OVERRIDE_DIST_PATH', () => {
  put('node_modules/electron/path.txt', 'electron.bin')
  put('elsewhere/electron.bin')
  expect(findElectron(folder, { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'elsewhere') })).toBe(join(folder, 'elsewhere/electron.bin'))
  expect(findElectron(folder, { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'nowhere') })).toBeNull()
})

test('says why Electron cannot start, and what to do', () => {
  expect(electronProblem(null, 'darwin', {}, 501)).toContain('npx install-electron')
  expect(electronProblem('/e', 'linux', {}, 1000)).toContain('no display')
  expect(electronProblem('/e', 'linux', { DISPLAY: ':0' }, 0)).toContain('as root')
  expect(electronProblem('/e', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, 1000)).toBeNull()
  expect(electronProblem('/e', 'win32', {}, undefined)).toBeNull()
})
