import type { SecretDraft, SecretId } from '../../shared/certificate.ts'
import { api } from '../api.ts'
import { asHomeportError } from './error-notice.tsx'
import { useAsk } from './unlock.tsx'

/** Sends a secret to the server, which keeps it; gives the id by which an edit names it. Rejects with HomeportError. */
export function useKeepSecret(serverId: string): (secret: SecretDraft) => Promise<SecretId> {
  const ask = useAsk(serverId)
  return async (secret) => (await ask(() => api.call('server.keep-secret', { serverId, secret }))).id
}

/** Shows at their fields what main says of them. `names` are the fields of the form, by the last part of main's paths. */
export function showFieldErrors<N extends string>(thrown: unknown, names: readonly N[], show: (name: N, message: string) => void): void {
  for (const [path, message] of Object.entries(asHomeportError(thrown).fields ?? {})) {
    const last = path.split('.').at(-1)
    const name = names.find((known) => known === last)
    if (name !== undefined) show(name, message)
  }
}
