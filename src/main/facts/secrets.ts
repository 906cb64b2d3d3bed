import { SecretId } from '../../shared/certificate.ts'

/** Names of the files in the folder of secrets; what is not named like a secret is left out. */
export function parseSecrets(lines: readonly string[]): Set<string> {
  return new Set(lines.flatMap((name) => (name.endsWith('.key') && SecretId.safeParse(name.slice(0, -4)).success ? [name.slice(0, -4)] : [])))
}
