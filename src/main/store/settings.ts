import { Settings } from '../../shared/contract.ts'
import type { ConfFile } from './conf-file.ts'

const key = 'settings'

export interface SettingsStore {
  get(): Settings
  change(part: Partial<Settings>): Settings
}

/** Settings that cannot be read count as not made: none of them is worth a question. */
export function openSettingsStore(file: ConfFile): SettingsStore {
  const get = (): Settings => {
    const parsed = Settings.safeParse(file.get(key) ?? {})
    return parsed.success ? parsed.data : Settings.parse({})
  }
  return {
    get,
    change(part) {
      const settings = Settings.parse({ ...get(), ...part })
      file.set(key, settings)
      return settings
    },
  }
}
