import type Conf from 'conf'
import ElectronStore from 'electron-store'

/** The settings file, in the app's own folder, for this user alone. */
export function openSettings(): Conf<Record<string, unknown>> {
  return new ElectronStore<Record<string, unknown>>({ name: 'homeport', configFileMode: 0o600 })
}
