import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { ConnectResult, HostKey, KnownServer, SshSuggestions, Target, UnlockResult } from '../../shared/connection.ts'
import type { Parsed } from '../../shared/contract.ts'
import { HomeportError } from '../../shared/errors.ts'
import { connect as connectSsh, type ConnectOptions, type ConnectOutcome } from '../ssh/connect.ts'
import { type LoginSecrets, protectSecrets } from '../ssh/secret.ts'
import type { SocketSession } from '../ssh/session.ts'
import { findSshSuggestions } from '../ssh/suggestions.ts'
import type { KnownServerStore } from '../store/known-servers.ts'
import type { SecretStore } from '../store/secrets.ts'
import { LiveSession } from './live-session.ts'
import { authorizeKey, makeOwnKey, type OwnKey, revokeKey } from './own-key.ts'
import { SecretsAtHand } from './secrets-at-hand.ts'

export interface ServersOptions {
  readonly store: KnownServerStore
  readonly secrets: SecretStore
  /** For tests; the real ones unless said. */
  readonly connect?: (options: ConnectOptions) => Promise<ConnectOutcome>
  readonly suggest?: () => Promise<SshSuggestions>
  /** Goes into the comment of own keys. */
  readonly computerName?: string
}

/** What a new entry is called, beside what the person typed. */
export interface NewServer { readonly name?: string; readonly isThrowaway?: boolean }

/** The servers that this computer knows, and the one connection to each. */
export interface Servers {
  suggestions(): Promise<SshSuggestions>
  list(): KnownServer[]
  /** Throws `server-unknown`. */
  get(serverId: string): KnownServer
  /** Logs in and keeps the server; one with the same host, port and user is brought up to date. */
  connect(input: Parsed<'servers.connect'>, entry?: NewServer): Promise<ConnectResult>
  unlock(input: Parsed<'servers.unlock'>): Promise<UnlockResult>
  rename(input: Parsed<'servers.rename'>): KnownServer
  installOwnKey(serverId: string): Promise<KnownServer>
  forget(serverId: string): Promise<void>
  /** Keeps what a server was when last looked at; the time alone is written once a minute. */
  noteSeen(serverId: string, seen: NonNullable<KnownServer['lastSeen']>): void
  /**
   * The connection to a server; shared. Made anew after a loss, with growing pauses, as long as no person is needed:
   * else throws `password-needed`, `passphrase-needed`, `sudo-needs-password` or what the server said.
   */
  session(serverId: string): Promise<SocketSession>
  /** Leaves of all secrets only those that are kept: what was typed in this run is asked for again. */
  forgetTyped(): void
  /** Closes every connection. */
  close(): void
}

export function createServers(options: ServersOptions): Servers {
  return new ServerBook(options)
}

type Connected = ConnectOutcome & { kind: 'connected' }

const seenEveryMs = 60_000

const isSameHost = (key: HostKey, other: HostKey) => key.host === other.host && key.port === other.port

class ServerBook implements Servers {
  readonly #store: KnownServerStore
  readonly #secretStore: SecretStore
  readonly #secrets: SecretsAtHand
  readonly #connect: (options: ConnectOptions) => Promise<ConnectOutcome>
  readonly #options: ServersOptions
  readonly #live = new Map<string, LiveSession>()
  /** Keys of jump hosts that were agreed to, while the server behind them waits for consent. */
  #agreed: HostKey[] = []

  constructor(options: ServersOptions) {
    this.#options = options
    this.#store = options.store
    this.#secretStore = options.secrets
    this.#secrets = new SecretsAtHand(options.secrets)
    this.#connect = options.connect ?? connectSsh
  }

  suggestions(): Promise<SshSuggestions> {
    return (this.#options.suggest ?? findSshSuggestions)()
  }

  list(): KnownServer[] {
    return this.#store.list()
  }

  get(serverId: string): KnownServer {
    return this.#store.get(serverId)
  }

  async connect(input: Parsed<'servers.connect'>, entry: NewServer = {}): Promise<ConnectResult> {
    const { target, remember } = input
    const known = this.#store.list().find((server) => isSameLogin(server.target, target))
    const typed = protectSecrets(input.secrets)
    await this.#secrets.expectOpen(typed, remember)
    const secrets = known === undefined ? typed : await this.#secretsOf(known.id, target, typed)
    const outcome = await this.#connect({ target, secrets, hostKeys: this.#pins(), ...(input.acceptHostKey === undefined ? {} : { acceptHostKey: input.acceptHostKey }) })
    if (outcome.kind === 'host-key-unknown') {
      this.#agreed.push(...outcome.accepted)
      return { kind: 'host-key-unknown', key: outcome.key }
    }
    const server = this.#keep(known ?? newServer(target, entry), target, outcome)
    const notKept = await this.#secrets.take(server.id, typed, remember)
    return { kind: 'connected', server, offerOwnKey: target.auth.kind === 'password' && notKept === null && await this.#keepsSecrets(), notKept }
  }

  async unlock(input: Parsed<'servers.unlock'>): Promise<UnlockResult> {
    const server = this.#store.get(input.serverId)
    const typed = protectSecrets(input.secrets)
    await this.#secrets.expectOpen(typed, input.remember)
    const outcome = await this.#login(server.target, await this.#secretsOf(server.id, server.target, typed))
    const kept = this.#keep(server, server.target, outcome)
    return { server: kept, notKept: await this.#secrets.take(server.id, typed, input.remember) }
  }

  rename(input: Parsed<'servers.rename'>): KnownServer {
    const server = { ...this.#store.get(input.serverId), name: input.name }
    this.#store.put(server)
    return server
  }

  async installOwnKey(serverId: string): Promise<KnownServer> {
    const server = this.#store.get(serverId)
    const key = makeOwnKey(this.#options.computerName ?? hostname())
    const secrets = await this.#secretsOf(serverId, server.target)
    // Before the server hears of it: a key that is gone with the app would leave its trace there and lock its person out.
    const keepKey = await this.#secrets.seal(serverId, 'ownKey', key.privateKey)
    const keepForSudo = await this.#sealForSudo(serverId, secrets)
    const session = await this.session(serverId)
    const target: Target = { ...server.target, auth: { kind: 'own-key' } }
    const undo: (() => void)[] = []
    let proof: SocketSession | undefined
    try {
      // A line that is lost does not tell whether the key was written.
      await authorizeKey(session, key.publicLine)
      const outcome = await this.#prove(key, target, secrets)
      proof = outcome.session
      undo.push(keepKey())
      if (outcome.session.sudo === 'with-password') undo.push(keepForSudo())
      this.#keep(server, target, outcome)
    } catch (error) {
      proof?.close()
      // A key that cannot be taken out of the settings any more is the only one there: it has to stay good.
      if (isUndone(undo)) await this.#takeBack(serverId, key, error)
      throw error
    }
    this.#secrets.forget(serverId, ['password', 'passphrase'])
    return this.#store.get(serverId)
  }

  async forget(serverId: string): Promise<void> {
    this.#live.get(serverId)?.close()
    this.#live.delete(serverId)
    this.#secrets.forget(serverId)
    this.#store.remove(serverId)
    this.#agreed = [] // so that a jump host that changed can be agreed to anew as well
  }

  noteSeen(serverId: string, seen: NonNullable<KnownServer['lastSeen']>): void {
    const server = this.#store.get(serverId)
    const last = server.lastSeen
    const isNews = last === null || last.os !== seen.os || last.sites !== seen.sites || last.isSetUp !== seen.isSetUp
    // The whole file of settings is written each time. A clock that was set back counts as time that passed.
    if (isNews || Math.abs(seen.at - last.at) > seenEveryMs) this.#store.put({ ...server, lastSeen: seen })
  }

  async session(serverId: string): Promise<SocketSession> {
    this.#store.get(serverId)
    return await this.#liveOf(serverId).session()
  }

  forgetTyped(): void {
    this.#secrets.forgetTyped()
  }

  close(): void {
    for (const live of this.#live.values()) live.close()
    this.#live.clear()
  }

  #liveOf(serverId: string): LiveSession {
    const live = this.#live.get(serverId) ?? new LiveSession(async () => {
      const { target } = this.#store.get(serverId)
      return (await this.#login(target, await this.#secretsOf(serverId, target))).session
    })
    this.#live.set(serverId, live)
    return live
  }

  /** Every pinned key of this computer: two users on one server see the same host. */
  #pins(): HostKey[] {
    return [...this.#store.list().flatMap((server) => server.hostKeys), ...this.#agreed]
  }

  async #login(target: Target, secrets: LoginSecrets): Promise<Connected> {
    const outcome = await this.#connect({ target, secrets, hostKeys: this.#pins() })
    if (outcome.kind === 'connected') return outcome
    throw new HomeportError('host-key-unknown', `Homeport does not know the identity of ${outcome.key.host} yet.`, {
      hint: 'Connect to the server again from the list of servers, and compare its fingerprint.', detail: `${outcome.key.sha256} (${outcome.key.type})`,
    })
  }

  #keep(server: KnownServer, target: Target, outcome: Connected): KnownServer {
    const hosts = [target, target.jump].filter((hop) => hop !== undefined)
    const pins = [...server.hostKeys, ...this.#pins(), ...outcome.accepted]
    const hostKeys = pins.filter((key, index) => hosts.some((hop) => hop.host === key.host && hop.port === key.port) && pins.findIndex((other) => isSameHost(key, other) && key.sha256 === other.sha256) === index)
    const kept: KnownServer = { ...server, target, hostKeys, sudo: outcome.session.sudo }
    this.#store.put(kept)
    this.#agreed = this.#agreed.filter((key) => !hostKeys.some((pinned) => isSameHost(key, pinned)))
    this.#liveOf(kept.id).adopt(outcome.session)
    return kept
  }

  /** Over another line where the one at hand was lost. Throws where the key may still be on the server. */
  async #takeBack(serverId: string, key: OwnKey, why: unknown): Promise<void> {
    const revoke = async () => { await revokeKey(await this.session(serverId), key.publicLine) }
    try {
      await revoke().catch(revoke)
    } catch (cause) {
      throw new HomeportError('connection-lost', 'A new key was not taken into use, and may still be on the server: it could not be taken back.', {
        hint: `Nobody has its other half any more. To tidy up, delete the line that ends in ${key.publicLine.split(' ').at(-1) ?? ''} from ~/.ssh/authorized_keys on the server.`, cause, detail: `${messageOf(why)}\n${messageOf(cause)}`,
      })
    }
  }

  /** The new key must log in by itself, over a connection of its own, before anything is forgotten. */
  async #prove(key: OwnKey, target: Target, secrets: LoginSecrets): Promise<Connected> {
    const { password, jumpPassphrase } = secrets
    const sudoPassword = secrets.sudoPassword ?? password
    try {
      return await this.#login(target, { ownKey: key.privateKey, ...(sudoPassword === undefined ? {} : { sudoPassword }), ...(jumpPassphrase === undefined ? {} : { jumpPassphrase }) })
    } catch (cause) {
      throw new HomeportError('auth-failed', 'The server did not accept the new key, so it was taken back. Nothing has changed.', {
        hint: 'The server may keep its keys in another place, or take no keys. Keep using your password.', cause, ...(cause instanceof Error ? { detail: cause.message } : {}),
      })
    }
  }

  /** The password goes once the key is there, unless sudo needs it: then it is that of sudo, kept on disk only if it was before. */
  async #sealForSudo(serverId: string, secrets: LoginSecrets): Promise<() => () => void> {
    const sudoPassword = secrets.sudoPassword ?? secrets.password
    if (sudoPassword === undefined) return () => () => {}
    const wasKept = this.#secrets.isKept(serverId, 'password') || this.#secrets.isKept(serverId, 'sudoPassword')
    return wasKept ? await this.#secrets.seal(serverId, 'sudoPassword', sudoPassword) : () => this.#secrets.hold(serverId, 'sudoPassword', sudoPassword)
  }

  /** Without its key no other secret would help a login by it. */
  #secretsOf(serverId: string, { auth }: Target, typed: LoginSecrets = {}): Promise<LoginSecrets> {
    return this.#secrets.of(serverId, typed, auth.kind === 'own-key' ? 'ownKey' : undefined)
  }

  async #keepsSecrets(): Promise<boolean> {
    return (await this.#secretStore.state()).keptBy !== 'nothing'
  }
}

/** Whether everything that was done could be undone, the last first. */
function isUndone(undo: readonly (() => void)[]): boolean {
  try {
    for (const back of undo.toReversed()) back()
    return true
  } catch {
    return false
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function isSameLogin(one: Target, other: Target): boolean {
  return one.host === other.host && one.port === other.port && one.user === other.user
}

function newServer(target: Target, entry: NewServer): KnownServer {
  return { id: randomBytes(8).toString('hex'), name: entry.name ?? target.host, target, hostKeys: [], sudo: 'root', isThrowaway: entry.isThrowaway ?? false, lastSeen: null }
}
