import { z } from 'zod'

/** Every failure a person can meet, by what went wrong. The set is closed; what to do about it stands where it is thrown. */
export const errorCodes = [
  // reaching the server
  'host-not-found', 'no-route', 'connection-refused', 'connection-timeout', 'connection-lost', 'not-ssh',
  'host-key-unknown', 'host-key-changed', 'auth-failed', 'too-many-auth-failures', 'account-locked',
  'key-file-unreadable', 'key-file-invalid', 'passphrase-needed', 'passphrase-wrong', 'agent-unavailable',
  'password-needed', 'jump-failed', 'sudo-needs-password', 'sudo-refused', 'sudo-password-wrong', 'sudo-missing',
  // what the server is
  'not-linux', 'no-systemd', 'unsupported-server', 'command-failed', 'unreadable-answer',
  // changing it
  'plan-stale', 'plan-unknown', 'run-in-progress', 'run-unknown', 'preflight-blocked', 'spec-invalid', 'spec-newer',
  // uploads
  'upload-invalid', 'upload-too-large', 'upload-interrupted',
  // mail
  'mail-not-set-up', 'smarthost-refused',
  // files of a site
  'file-missing', 'file-exists', 'file-changed', 'file-refused', 'file-not-text', 'disk-full',
  // this computer
  'secrets-unavailable', 'secrets-locked', 'secrets-passphrase-wrong', 'server-unknown', 'testbed-unavailable', 'input-invalid', 'not-allowed', 'docker-unavailable', 'internal',
] as const
export const ErrorCode = z.enum(errorCodes)
export type ErrorCode = z.infer<typeof ErrorCode>

/** The form in which an error crosses from main to the window. */
export const WireError = z.object({
  code: ErrorCode,
  /** One sentence: what happened. */
  message: z.string(),
  /** What the person can do next. */
  hint: z.string(),
  /** What was run or received, for support. Never holds a secret. */
  detail: z.string().optional(),
  /** Form field paths with their message, for `input-invalid`. */
  fields: z.record(z.string(), z.string()).optional(),
})
export type WireError = z.infer<typeof WireError>

/** The one error type that is shown to a person. Everything else that is thrown is a bug and becomes `internal`. */
export class HomeportError extends Error {
  readonly code: ErrorCode
  readonly hint: string
  readonly detail: string | undefined
  readonly fields: Record<string, string> | undefined

  constructor(code: ErrorCode, message: string, more: { hint?: string; detail?: string; fields?: Record<string, string>; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'HomeportError'
    this.code = code
    this.hint = more.hint ?? ''
    this.detail = more.detail
    this.fields = more.fields
  }
}

/** Turns anything thrown into its wire form; the only place where this happens. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof HomeportError) {
    return {
      code: thrown.code, message: thrown.message, hint: thrown.hint,
      ...(thrown.detail === undefined ? {} : { detail: thrown.detail }),
      ...(thrown.fields === undefined ? {} : { fields: thrown.fields }),
    }
  }
  if (thrown instanceof z.ZodError) {
    const fields = Object.fromEntries(thrown.issues.map((issue) => [issue.path.join('.'), issue.message]))
    return { code: 'input-invalid', message: thrown.issues[0]?.message ?? 'The input is not valid.', hint: 'Correct the marked fields and try again.', fields }
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return { code: 'internal', message: 'Something unexpected happened in Homeport.', hint: 'Try again. If it happens again, report it with the details below.', detail: message }
}

/** The inverse of `toWireError`, for the window. */
export function fromWireError(wire: WireError): HomeportError {
  return new HomeportError(wire.code, wire.message, { hint: wire.hint, ...(wire.detail === undefined ? {} : { detail: wire.detail }), ...(wire.fields === undefined ? {} : { fields: wire.fields }) })
}
