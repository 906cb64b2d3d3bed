import { z } from 'zod'
import { ConnectSecrets, type SshSuggestions, Target } from '../../shared/connection.ts'

/** What the form of the first step holds. */
export const ConnectDraft = z.strictObject({ target: Target, secrets: ConnectSecrets, remember: z.boolean() })
export type ConnectDraft = z.infer<typeof ConnectDraft>
type KnownHost = SshSuggestions['hosts'][number]

/** An empty form that suits this computer: its first key, else its agent, else a password. */
export function firstDraft(suggestions: SshSuggestions): ConnectDraft {
  const key = suggestions.keyPaths[0]
  const auth = key !== undefined ? { kind: 'key-file' as const, path: key } : { kind: suggestions.agent ? 'agent' as const : 'password' as const }
  return { target: { host: '', port: 22, user: 'root', auth }, secrets: {}, remember: true }
}

/** The draft with everything that ~/.ssh/config says about an alias. */
export function withAlias(draft: ConnectDraft, alias: string, hosts: readonly KnownHost[]): ConnectDraft {
  const host = hosts.find((known) => known.alias === alias)
  if (host === undefined) return draft
  const keyed = (path: string | null) => (path === null ? null : { kind: 'key-file' as const, path })
  const jump = hosts.find((known) => known.alias === host.jumpAlias)
  const { jump: _, ...target } = draft.target
  return {
    ...draft,
    target: {
      ...target, host: host.host, port: host.port, user: host.user ?? 'root', auth: keyed(host.keyPath) ?? target.auth,
      ...(jump === undefined ? {} : { jump: { host: jump.host, port: jump.port, user: jump.user ?? 'root', auth: keyed(jump.keyPath) ?? { kind: 'agent' } } }),
    },
  }
}

/** Only secrets that were typed, and only those that belong to the way of logging in. */
export function typedSecrets(draft: ConnectDraft): ConnectSecrets {
  const { password, passphrase, sudoPassword, jumpPassphrase } = draft.secrets
  const isTyped = (value: string | undefined): value is string => value !== undefined && value !== ''
  return {
    ...(draft.target.auth.kind === 'password' && isTyped(password) ? { password } : {}),
    ...(draft.target.auth.kind === 'key-file' && isTyped(passphrase) ? { passphrase } : {}),
    ...(isTyped(sudoPassword) ? { sudoPassword } : {}),
    ...(draft.target.jump !== undefined && isTyped(jumpPassphrase) ? { jumpPassphrase } : {}),
  }
}
