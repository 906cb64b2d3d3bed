import { toWireError, type WireError } from '../../shared/errors.ts'
import { sayError } from './standard-error.ts'

/** The wire form of what a handler threw. A bug is also written to standard error, with its stack: the window shows only its message. */
export function describeFailure(name: string, thrown: unknown): WireError {
  const error = toWireError(thrown)
  if (error.code === 'internal') sayError(`homeport: ${name} failed: ${thrown instanceof Error ? describeChain(thrown) : String(thrown)}`)
  return error
}

function describeChain(error: Error): string {
  const own = error.stack ?? error.message
  return error.cause instanceof Error ? `${own}\ncaused by ${describeChain(error.cause)}` : own
}
