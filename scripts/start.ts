/** `npm start`: builds what changed and starts Homeport in a window of its own; where that cannot be, in the browser. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { electronProblem, findElectron } from './electron-binary.ts'

const appDir = resolve(import.meta.dirname, '..')
const sources = ['src', 'electron.vite.config.ts', 'package-lock.json']
const products = ['out/main/index.js', 'out/main/web.js', 'out/preload/index.cjs', 'out/renderer/index.html']

function modifiedMs(path: string): number {
  const found = statSync(path)
  return found.isDirectory() ? Math.max(found.mtimeMs, ...readdirSync(path).map((name) => modifiedMs(join(path, name)))) : found.mtimeMs
}

function isBuilt(): boolean {
  const built = products.map((path) => join(appDir, path))
  if (!built.every((path) => existsSync(path))) return false
  return Math.max(...sources.map((path) => modifiedMs(join(appDir, path)))) < Math.min(...built.map(modifiedMs))
}

function build(): void {
  process.stdout.write('Building Homeport ...\n')
  const { status } = spawnSync(process.execPath, [join(appDir, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn'], { cwd: appDir, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

/** Runs the program in place of this one: it gets the terminal, the signals, and has the last word. */
function become(program: string, args: readonly string[]): void {
  const child = spawn(program, args, { cwd: appDir, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`Homeport could not start: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code) => process.exit(code ?? 1))
}

if (!isBuilt()) build()
const electron = findElectron(appDir)
const problem = electronProblem(electron)
if (electron !== null && problem === null) {
  become(electron, [appDir, ...process.argv.slice(2)])
} else {
  process.stdout.write(`${problem}\nHomeport starts in the browser instead.\n`)
  become(process.execPath, [join(appDir, 'out/main/web.js'), ...process.argv.slice(2)])
}
