import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where this system keeps the settings of a program. Source: XDG Base Directory Specification, and the habits of macOS and Windows. */
export function defaultDataDir(platform: NodeJS.Platform = process.platform, environment: NodeJS.ProcessEnv = process.env, home: string = homedir()): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Homeport')
  if (platform === 'win32') return join(environment['APPDATA'] || join(home, 'AppData', 'Roaming'), 'Homeport')
  return join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'Homeport')
}
