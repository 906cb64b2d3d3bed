import { copyFileSync, existsSync } from 'node:fs'

/** What the stores need of a settings file: `Conf` in the web shell, `ElectronStore` (which extends it) in Electron. */
export interface ConfFile {
  readonly path: string
  get(key: string): unknown
  set(key: string, value: unknown): void
}

/** Keeps the file as it is beside itself, once; gives where. An earlier copy is the more valuable one and stays. */
export function keepCopy(file: ConfFile): string {
  const copy = `${file.path}.before-repair`
  if (existsSync(file.path) && !existsSync(copy)) copyFileSync(file.path, copy)
  return copy
}
