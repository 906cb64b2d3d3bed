import type { Handlers } from '../../src/main/bridge/handlers.ts'
import { HomeportError } from '../../src/shared/errors.ts'

/** Handlers for tests of the bridge and the shells: each refuses until a test gives its own. */
export function handlersWith(given: Partial<Handlers>): Handlers {
  const refuse = () => Promise.reject(new HomeportError('not-allowed', 'This test gives no such handler.'))
  return new Proxy(given, { get: (target, name) => Reflect.get(target, name) ?? refuse }) as Handlers
}

export const appInfo = { version: '0.0.0', shell: 'web', canTryHere: false, startAt: null } as const
