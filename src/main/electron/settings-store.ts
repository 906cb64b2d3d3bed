import { join } from 'node:path'
import type Conf from 'conf'
import { app } from 'electron'
import ElectronStore from 'electron-store'
import { openSettingsAt } from '../bridge/settings-file.ts'

/** The settings file, in the app's own folder, for this user alone. */
export function openSettings(): Conf<Record<string, unknown>> {
  return openSettingsAt(join(app.getPath('userData'), 'homeport.json'), () => new ElectronStore<Record<string, unknown>>({ name: 'homeport', configFileMode: 0o600 }))
}
