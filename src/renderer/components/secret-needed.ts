import type { ConnectSecrets, Target } from '../../shared/connection.ts'
import type { ErrorCode } from '../../shared/errors.ts'

export type SecretName = keyof ConnectSecrets

/** Whether a secret could help against a failure at all, whatever the way of logging in. */
export function mayNeedSecret(code: ErrorCode): boolean {
  return code === 'secrets-locked' || secretsNeeded(code, { auth: { kind: 'password' } }).length > 0 || secretsNeeded(code, { auth: { kind: 'key-file', path: '' } }).length > 0
}

/** Which secrets a failure asks for; empty where no secret would help. */
export function secretsNeeded(code: ErrorCode, target: Pick<Target, 'auth' | 'jump'>): SecretName[] {
  switch (code) {
    case 'password-needed':
      return ['password']
    // Whoever does not open what is kept can type it.
    case 'secrets-locked':
      return target.auth.kind === 'password' ? ['password'] : keyPassphrases(target)
    case 'auth-failed':
      return target.auth.kind === 'password' ? ['password'] : []
    case 'passphrase-needed':
    case 'passphrase-wrong':
      return keyPassphrases(target)
    case 'sudo-needs-password':
    case 'sudo-password-wrong':
      return ['sudoPassword']
    default:
      return []
  }
}

function keyPassphrases(target: Pick<Target, 'auth' | 'jump'>): SecretName[] {
  const names: SecretName[] = target.auth.kind === 'key-file' ? ['passphrase'] : []
  return target.jump?.auth.kind === 'key-file' ? [...names, 'jumpPassphrase'] : names
}

export const secretLabels: Record<SecretName, { label: string; description: string }> = {
  password: { label: 'Password', description: 'The password of this user on the server.' },
  passphrase: { label: 'Passphrase of the key', description: 'Your key file is protected by a passphrase.' },
  sudoPassword: { label: 'Password for administrator rights', description: 'This user becomes administrator with “sudo”, and the server asks for a password. It is often the user’s own.' },
  jumpPassphrase: { label: 'Passphrase of the jump host’s key', description: 'Only if the key of the server on the way has a passphrase.' },
}
