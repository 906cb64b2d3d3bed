import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Electron's program, or null where it was not downloaded. Asking the `electron` package itself would start a
 * download: since version 42 it has no install script and fetches the program on first use.
 * `ELECTRON_OVERRIDE_DIST_PATH` names the folder of another copy, as the package takes it.
 */
export function findElectron(appDir: string, environment: NodeJS.ProcessEnv = process.env): string | null {
  const packageDir = join(appDir, 'node_modules/electron')
  const pathFile = join(packageDir, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : programName()
  const binary = join(environment['ELECTRON_OVERRIDE_DIST_PATH'] || join(packageDir, 'dist'), name)
  return existsSync(binary) ? binary : null
}

/** As electron/install.js names it. */
function programName(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}

/** Why the Electron shell cannot start here, with the way out; null where it can. */
export function electronProblem(binary: string | null, platform: NodeJS.Platform = process.platform, environment: NodeJS.ProcessEnv = process.env, uid: number | undefined = process.getuid?.()): string | null {
  if (binary === null) return 'The Electron program is not on this computer. To download it, run `npx install-electron`.'
  if (platform !== 'linux') return null
  if (!environment['DISPLAY'] && !environment['WAYLAND_DISPLAY']) return 'There is no display here: Electron needs a desktop.'
  if (uid === 0) return 'Electron does not run as root. Start Homeport as your own user.'
  return null
}
