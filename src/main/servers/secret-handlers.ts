import type { Handlers } from '../bridge/handlers.ts'
import { Secret } from '../ssh/secret.ts'
import type { KeptSecrets } from '../store/secrets.ts'
import type { Servers } from './servers.ts'

type SecretHandlers = Pick<Handlers, 'secrets.state' | 'secrets.protect' | 'secrets.open' | 'secrets.change-passphrase' | 'secrets.lock' | 'secrets.forget'>

/** What the window can do to the secrets of this computer as a whole. Each answers with how they are then, and with no secret. */
export function secretHandlers(secrets: KeptSecrets, servers: Pick<Servers, 'forgetTyped'>): SecretHandlers {
  return {
    'secrets.state': () => secrets.state(),
    'secrets.protect': async ({ passphrase }) => {
      await secrets.protect(new Secret(passphrase))
      return await secrets.state()
    },
    'secrets.open': async ({ passphrase }) => {
      await secrets.open(new Secret(passphrase))
      return await secrets.state()
    },
    'secrets.change-passphrase': async ({ passphrase, next }) => {
      await secrets.changePassphrase(new Secret(passphrase), new Secret(next))
      return await secrets.state()
    },
    'secrets.lock': async () => {
      secrets.lock()
      servers.forgetTyped()
      return await secrets.state()
    },
    'secrets.forget': async ({ what }) => {
      secrets.forget(what)
      servers.forgetTyped()
      return await secrets.state()
    },
  }
}
