import { z } from 'zod'

const Host = z.string().trim().min(1, 'Type the address of the server: a name or an IP address.').max(255)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._:%-]*[A-Za-z0-9])?$/, 'This is not an address. Type a name such as server.example.org or an IP address.')
const Port = z.number({ error: 'The port is a number, mostly 22.' }).int().min(1, 'The port is a number from 1 to 65535, mostly 22.').max(65535, 'The port is a number from 1 to 65535, mostly 22.')
const User = z.string().trim().min(1, 'Type the user to log in as, mostly root.').max(64)
  .regex(/^[A-Za-z_][A-Za-z0-9._-]*\$?$/, 'This is not a user name of a server.')

/** How to prove who one is. The secrets themselves travel beside it, in `ConnectSecrets`. */
export const AuthMethod = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('key-file'), path: z.string().min(1, 'Choose the key file.').max(4096) }),
  z.strictObject({ kind: z.literal('agent') }),
  z.strictObject({ kind: z.literal('password') }),
  /** A key that Homeport made and keeps among its secrets. */
  z.strictObject({ kind: z.literal('own-key') }),
])
export type AuthMethod = z.infer<typeof AuthMethod>

const Hop = z.strictObject({ host: Host, port: Port, user: User, auth: AuthMethod })
/** Where a server is and how to log in; nothing secret. */
export const Target = Hop.extend({
  /** A server on the way (ssh -J). It uses the agent or a key file. */
  jump: Hop.optional(),
})
export type Target = z.infer<typeof Target>

/** Secrets typed by the person. They stay in main. */
export const ConnectSecrets = z.strictObject({
  password: z.string().max(1024).optional(),
  passphrase: z.string().max(1024).optional(),
  sudoPassword: z.string().max(1024).optional(),
  jumpPassphrase: z.string().max(1024).optional(),
})
export type ConnectSecrets = z.infer<typeof ConnectSecrets>

export const HostKey = z.object({ host: z.string(), port: z.number(), type: z.string(), /** As `ssh-keygen -lf` prints it: SHA256:... */ sha256: z.string() })
export type HostKey = z.infer<typeof HostKey>

export const ServerId = z.string().regex(/^[a-z0-9]{8,32}$/)
/** A server that this computer knows: only how to reach it, and what it was when last seen. */
export const KnownServer = z.object({
  id: ServerId,
  name: z.string(),
  target: Target,
  /** Pinned on consent, for the server and for its jump host. */
  hostKeys: z.array(HostKey),
  sudo: z.enum(['root', 'without-password', 'with-password']),
  isThrowaway: z.boolean(),
  lastSeen: z.object({ at: z.number(), os: z.string(), sites: z.number().int(), isSetUp: z.boolean() }).nullable(),
})
export type KnownServer = z.infer<typeof KnownServer>

/** Why what was typed could not be kept although it should, in words for a person; null where it was. */
const NotKept = z.string().nullable()

export const ConnectResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('connected'), server: KnownServer, /** Whether it makes sense to offer a key of Homeport's own. */ offerOwnKey: z.boolean(), notKept: NotKept }),
  /** The person must compare and consent; then connect again with `acceptHostKey`. */
  z.object({ kind: z.literal('host-key-unknown'), key: HostKey }),
])
export type ConnectResult = z.infer<typeof ConnectResult>

export const UnlockResult = z.object({ server: KnownServer, notKept: NotKept })
export type UnlockResult = z.infer<typeof UnlockResult>

export const SshSuggestions = z.object({
  /** From ~/.ssh/config; patterns are left out. */
  hosts: z.array(z.object({ alias: z.string(), host: z.string(), port: z.number(), user: z.string().nullable(), keyPath: z.string().nullable(), jumpAlias: z.string().nullable() })),
  keyPaths: z.array(z.string()),
  agent: z.boolean(),
})
export type SshSuggestions = z.infer<typeof SshSuggestions>
