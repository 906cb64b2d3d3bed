import type { SecretsState } from '../../../src/shared/kept-secrets.ts'
import { HomeportError } from '../../../src/shared/errors.ts'
import type { FakeCalls } from './bridge.ts'
import type { World } from './world.ts'

const keychain: SecretsState = { keptBy: 'keychain', isWaiting: false, note: '', passphrase: 'none', byPassphrase: 0, exposed: 0, mended: 0 }
const without: SecretsState = { ...keychain, keptBy: 'nothing', note: 'This system has no keychain that Homeport can use (GNOME Keyring or KWallet), so passwords are kept only until Homeport ends.' }
const scenarios: Readonly<Record<string, SecretsState>> = {
  'no-keychain': without,
  'keychain-waits': { ...without, isWaiting: true, note: 'The keychain of this system does not answer. It may be asking for its password in a window of its own.' },
  'kept-locked': { ...without, keptBy: 'passphrase', passphrase: 'locked', byPassphrase: 3 },
  'kept-unreadable': { ...without, passphrase: 'unreadable' },
  exposed: { ...without, exposed: 3 },
  mended: { ...keychain, mended: 1 },
}

export function secretsAtFirst(scenario: string): SecretsState {
  return scenarios[scenario] ?? keychain
}

function open(world: World, passphrase: string): SecretsState {
  if (passphrase === 'wrong') throw new HomeportError('secrets-passphrase-wrong', 'This is not the passphrase.', { hint: 'Try again.' })
  return (world.secrets = { ...world.secrets, keptBy: 'passphrase', passphrase: 'open', byPassphrase: world.secrets.byPassphrase + world.secrets.exposed, mended: world.secrets.exposed, exposed: 0 })
}

export const secretCalls: Pick<FakeCalls, 'secrets.state' | 'secrets.protect' | 'secrets.open' | 'secrets.change-passphrase' | 'secrets.lock' | 'secrets.forget'> = {
  'secrets.state': (world) => world.secrets,
  'secrets.protect': (world, { passphrase }) => open(world, passphrase),
  'secrets.open': (world, { passphrase }) => open(world, passphrase),
  'secrets.change-passphrase': (world, { passphrase }) => open(world, passphrase),
  'secrets.lock': (world) => (world.secrets = { ...world.secrets, passphrase: 'locked' }),
  'secrets.forget': (world, { what }) => (world.secrets = what === 'exposed' ? { ...world.secrets, exposed: 0 } : without),
}
