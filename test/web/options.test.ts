import { expect, test } from 'vitest'
import { browserCommand } from '../../src/main/web/browser.ts'
import { defaultDataDir } from '../../src/main/web/data-dir.ts'
import { parseOptions } from '../../src/main/web/options.ts'

test('opens the browser at the usual port unless told otherwise', () => {
  expect(parseOptions([])).toEqual({ port: null, dataDir: null, openBrowser: true, json: false, help: false })
})

test('takes a port, a folder, and whether to open the browser', () => {
  expect(parseOptions(['--port', '8080', '--data-dir', '/tmp/x', '--no-open'])).toMatchObject({ port: 8080, dataDir: '/tmp/x', openBrowser: false })
})

test('opens no browser for a script', () => {
  expect(parseOptions(['--json'])).toMatchObject({ json: true, openBrowser: false })
})

test.each([['--port', 'x'], ['--port', '65536'], ['--port', '-1'], ['--port', '1e3'], ['--prot', '1'], ['stray']])('refuses %s %s', (...args) => {
  expect(() => parseOptions(args)).toThrow()
})

test.each([
  ['linux', {}, '/home/me/.config/Homeport'],
  ['linux', { XDG_CONFIG_HOME: '/home/me/conf' }, '/home/me/conf/Homeport'],
  ['linux', { XDG_CONFIG_HOME: '' }, '/home/me/.config/Homeport'],
  ['darwin', {}, '/home/me/Library/Application Support/Homeport'],
  ['win32', { APPDATA: '/roaming' }, '/roaming/Homeport'],
] as const)('keeps settings on %s %j in %s', (platform, environment, folder) => {
  expect(defaultDataDir(platform, environment, '/home/me')).toBe(folder)
})

test.each([
  ['linux', { DISPLAY: ':0' }, ['xdg-open', 'u']],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open', 'u']],
  ['linux', {}, null],
  ['darwin', {}, ['open', 'u']],
  ['win32', {}, ['rundll32', 'url.dll,FileProtocolHandler', 'u']],
] as const)('opens an address on %s %j by %j', (platform, environment, command) => {
  expect(browserCommand('u', platform, environment)).toEqual(command)
})
