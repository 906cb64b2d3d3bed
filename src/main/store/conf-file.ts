import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

/** What the stores need of a settings file: `Conf` in the web shell, `ElectronStore` (which extends it) in Electron. */
export interface ConfFile {
  readonly path: string
  get(key: string): unknown
  set(key: string, value: unknown): void
}

const copyOf = (file: ConfFile) => `${file.path}.before-repair`

/**
 * Keeps the file as it is beside itself, once; gives where. An earlier copy is the more valuable one and stays.
 * Secrets are left out: what is forgotten, or sealed anew, must not go on in a copy.
 */
export function keepCopy(file: ConfFile): string {
  const copy = copyOf(file)
  if (existsSync(file.path) && !existsSync(copy)) writeWithoutSecrets(copy, readFileSync(file.path, 'utf8'))
  return copy
}

/** Mends a copy that an earlier Homeport made with the secrets in it. */
export function takeSecretsOutOfCopy(file: ConfFile): void {
  const copy = copyOf(file)
  if (!existsSync(copy)) return
  const text = readFileSync(copy, 'utf8')
  if (text.includes('"secrets"')) writeWithoutSecrets(copy, text)
}

/** Whole or not at all, for this user alone. */
function writeWithoutSecrets(path: string, text: string): void {
  const { secrets: _, ...rest } = z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  writeFileSync(`${path}.new`, JSON.stringify(rest), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
