import { z } from 'zod'
import { SecretDraft, SecretId } from './certificate.ts'
import { ConnectResult, ConnectSecrets, KnownServer, ServerId, SshSuggestions, Target, UnlockResult } from './connection.ts'
import { DnsReport } from './dns-report.ts'
import { Domain } from './domain.ts'
import { Action, Edit } from './edit.ts'
import { FileListing, FilePath, FileText, FileUploadEvent, longestTextBytes, TrashEntry, TrashId, UploadSize } from './files.ts'
import { GitUrl, SshPublicKey } from './git-source.ts'
import { NewPassphrase, Passphrase, SecretsState } from './kept-secrets.ts'
import { LogLine, LogSource } from './log.ts'
import { MailAddress, MailDnsReport, MailEvent, MailQueue, MailReach, MailSettings, MailStatistics, MailTestEvent, QueueId, SmarthostAddress } from './mail.ts'
import { Plan } from './plan.ts'
import { Preflight } from './preflight.ts'
import { RunEvent, RunId, RunSummary } from './run.ts'
import { ReleaseId, SiteId } from './spec.ts'
import { LiveEvent, ServerStatus } from './status.ts'
import { Storage } from './storage.ts'
import { UnitDetail } from './units.ts'

/** One question, one answer. */
const call = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({ kind: 'call', input, output }) as const
/** Events to the window until it ends or is closed; `up` is what the window may send into it. */
const stream = <I extends z.ZodType, E extends z.ZodType, U extends z.ZodType>(input: I, event: E, up: U) => ({ kind: 'stream', input, event, up }) as const

const nothing = z.undefined()
const onServer = z.strictObject({ serverId: ServerId })
const ofSite = onServer.extend({ siteId: SiteId })

export const Settings = z.object({ colorScheme: z.enum(['auto', 'light', 'dark']).default('auto') })
export type Settings = z.infer<typeof Settings>

export const AppInfo = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'web']),
  /** Whether "Try it on this computer" can be offered. */
  canTryHere: z.boolean(),
  /** The server to show at the start; null for the list of servers. */
  startAt: ServerId.nullable(),
})
export type AppInfo = z.infer<typeof AppInfo>

/** Upload, window to main: files one after another, each as its header and then chunks until its size is reached. */
export const UploadUp = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), path: z.string().max(4096), sizeBytes: z.number().int().min(0) }),
  /** base64, at most 256 KiB of content. */
  z.strictObject({ kind: z.literal('chunk'), data: z.string().max(400_000) }),
  z.strictObject({ kind: z.literal('end') }),
])
export type UploadUp = z.infer<typeof UploadUp>
export const UploadEvent = z.discriminatedUnion('kind', [
  /** The window may send this many further messages: back-pressure from the server to the browser. */
  z.object({ kind: z.literal('credit'), messages: z.number().int() }),
  z.object({ kind: z.literal('progress'), sentBytes: z.number() }),
  /** The line was cut, and goes on by itself; or it is back. */
  z.object({ kind: z.literal('line'), state: z.enum(['lost', 'back']) }),
  z.object({ kind: z.literal('stored'), release: ReleaseId, files: z.number().int(), bytes: z.number(), hasIndex: z.boolean() }),
])
export type UploadEvent = z.infer<typeof UploadEvent>

export const contract = {
  'app.info': call(nothing, AppInfo),
  'settings.get': call(nothing, Settings),
  'settings.change': call(Settings.partial(), Settings),

  /** May wait for the system's keychain for a moment. */
  'secrets.state': call(nothing, SecretsState),
  /** Sets a passphrase of Homeport's own, where none is set. */
  'secrets.protect': call(z.strictObject({ passphrase: NewPassphrase }), SecretsState),
  /** Opens what it protects, until the app ends or it is locked. Throws `secrets-passphrase-wrong`. */
  'secrets.open': call(z.strictObject({ passphrase: Passphrase }), SecretsState),
  /** Seals everything anew. Throws `secrets-passphrase-wrong`. */
  'secrets.change-passphrase': call(z.strictObject({ passphrase: Passphrase, next: NewPassphrase }), SecretsState),
  'secrets.lock': call(nothing, SecretsState),
  /** Deletes what the passphrase protects, and the passphrase; or what lies open. */
  'secrets.forget': call(z.strictObject({ what: z.enum(['passphrase', 'exposed']) }), SecretsState),

  'ssh.suggestions': call(nothing, SshSuggestions),
  'servers.list': call(nothing, z.array(KnownServer)),
  /** Logs in, looks for root rights and pins the host key; what works is kept as a known server. */
  'servers.connect': call(z.strictObject({ target: Target, secrets: ConnectSecrets, remember: z.boolean(), /** SHA256 fingerprint the person agreed to. */ acceptHostKey: z.string().optional() }), ConnectResult),
  /** Logs in to a known server again, with secrets if they are not kept. */
  'servers.unlock': call(onServer.extend({ secrets: ConnectSecrets, remember: z.boolean() }), UnlockResult),
  'servers.rename': call(onServer.extend({ name: z.string().trim().min(1).max(80) }), KnownServer),
  /** Installs a key of Homeport's own, proves that it works, then forgets the password. */
  'servers.install-own-key': call(onServer, KnownServer),
  /** Forgets a server here; nothing changes on the server. */
  'servers.forget': call(onServer, z.null()),

  'server.preflight': call(onServer, Preflight),
  'server.plan': call(onServer.extend({ edit: Edit }), Plan),
  /** Runs exactly the plan with this id, or answers `plan-stale`. */
  'server.approve': call(onServer.extend({ planId: z.string() }), z.object({ runId: RunId })),
  'server.act': call(onServer.extend({ action: Action }), z.object({ runId: RunId })),
  'server.runs': call(onServer, z.array(RunSummary)),
  /** Homeport's units, and Docker's, as systemd knows them. */
  'server.units': call(onServer, z.array(UnitDetail)),
  /** What takes the space on the disk; counting takes up to a minute. */
  'server.storage': call(onServer, Storage),
  /** Checks a secret and keeps it on the server, where nothing reads it back. It takes effect with an edit that names it. */
  'server.keep-secret': call(onServer.extend({ secret: SecretDraft }), z.object({ id: SecretId })),
  /** Makes a key for reading one private repository; its secret half never leaves the server. */
  'server.make-deploy-key': call(onServer, z.object({ secret: SecretId, publicKey: SshPublicKey })),
  /** What a git server shows as its host keys, asked from the server. `knownAs`: the hoster whose published key it is. */
  'server.git-host-keys': call(onServer.extend({ url: GitUrl }), z.object({ keys: z.array(z.object({ publicKey: SshPublicKey, sha256: z.string(), knownAs: z.string().nullable() })) })),
  /** The hash of a password for visitors of a site; the password itself is kept nowhere. */
  'passwords.hash': call(z.strictObject({ password: z.string().min(8, 'Take at least 8 characters.').max(72, 'Take at most 72 characters.').regex(/^[^\p{Cc}]+$/u, 'A password has no line breaks.') }), z.object({ hash: z.string() })),
  /** What each known server that can be reached without asking for a secret says now, for pages over all servers. */
  'servers.statuses': call(nothing, z.array(z.object({ serverId: ServerId, status: ServerStatus.nullable(), /** Why there is no status. */ problem: z.string().nullable() }))),

  /** What a folder of a site's own files holds. Links that lead out of them are not followed, here and below. */
  'files.list': call(ofSite.extend({ path: FilePath }), FileListing),
  /** A text of up to 400 kB. */
  'files.read': call(ofSite.extend({ path: FilePath }), FileText),
  /** Replaces a text at once and as a whole. `version`: what it must still be, or null for a file that must not be there yet; else `file-changed` or `file-exists`. */
  'files.write': call(ofSite.extend({ path: FilePath, text: z.string().max(longestTextBytes), version: z.string().nullable() }), z.object({ version: z.string() })),
  'files.make-folder': call(ofSite.extend({ path: FilePath }), z.null()),
  /** Never replaces anything: `file-exists`. */
  'files.rename': call(ofSite.extend({ path: FilePath, to: FilePath }), z.null()),
  /** Gives every file and folder of a folder whose name is not text one that is. */
  'files.mend-names': call(ofSite.extend({ path: FilePath }), z.object({ mended: z.number().int() })),
  /** Into the trash of the site, which visitors never see. */
  'files.delete': call(ofSite.extend({ paths: z.array(FilePath).min(1).max(1000) }), z.null()),
  'files.trash': call(ofSite, z.array(TrashEntry)),
  /** Back to where it was; `file-exists` where something else has its place. */
  'files.restore': call(ofSite.extend({ id: TrashId }), z.object({ path: FilePath })),
  'files.empty-trash': call(ofSite, z.null()),
  /** One file as it is, anything else as a .zip: to be fetched once from `downloadPath` and the token. */
  'files.download': call(ofSite.extend({ paths: z.array(FilePath).min(1).max(1000) }), z.object({ token: z.string(), name: z.string() })),

  /** What is wanted of mail, with all aliases; null where the server takes no mail. */
  'mail.settings': call(onServer, MailSettings.nullable()),
  /** Whether mail can come to this server and leave it. Tries both for real; takes up to 15 s. */
  'mail.reach': call(onServer, MailReach),
  /** Logs in to a smarthost from the server. Throws `input-invalid` or `smarthost-refused` with what it said. `password`: what was typed, where one is needed. */
  'mail.check-smarthost': call(onServer.extend({ smarthost: SmarthostAddress, password: z.string().max(500).optional() }), z.null()),
  'mail.queue': call(onServer, MailQueue),
  /** Tries waiting messages again, or deletes them for good. Null: all of them. */
  'mail.queue-act': call(onServer.extend({ verb: z.enum(['retry', 'delete']), ids: z.array(QueueId).min(1).max(1000).nullable() }), z.null()),
  'mail.statistics': call(onServer, MailStatistics),

  'run.cancel': call(onServer.extend({ runId: RunId }), z.null()),

  /** All events of a run from its beginning; ends when the run has ended. */
  'run.watch': stream(onServer.extend({ runId: RunId }), z.array(RunEvent), z.never()),
  'server.live': stream(onServer, LiveEvent, z.never()),
  'logs.follow': stream(onServer.extend({ source: LogSource, /** Earlier lines to begin with. */ lines: z.number().int().min(0).max(100_000).default(500) }), z.array(LogLine), z.never()),
  /** What DNS says about a site's names, again and again; once all is right, the server is told to look at once. */
  'dns.watch': stream(onServer.extend({ siteId: SiteId }), DnsReport, z.never()),
  /** What happened to mail, oldest first: up to so many earlier events, then each as it comes. */
  'mail.activity': stream(onServer.extend({ events: z.number().int().min(0).max(5000).default(500) }), z.array(MailEvent), z.never()),
  /** The records that a mail domain needs, or one that programs of sites send as, and what is there, again and again. */
  'mail.dns': stream(onServer.extend({ domain: Domain }), MailDnsReport, z.never()),
  /** Sends a test mail from the server and follows it to the answers of the receiving servers. */
  'mail.test': stream(onServer.extend({ to: MailAddress }), MailTestEvent, z.never()),
  /** A folder file by file, or one archive (.zip, .tar, .tar.gz, .tgz), for a site that may not exist yet. */
  'upload.send': stream(onServer.extend({ shape: z.enum(['folder', 'archive']), /** Folder or archive name, for messages. */ name: z.string().max(255), /** What all messages will bring, so that room is asked for first. */ size: UploadSize.optional() }), UploadEvent, UploadUp),
  /** Files into a folder of a site's own files, made as needed; each replaces the one with its name, at once and as a whole. Goes on by itself after a cut line. */
  'files.upload': stream(ofSite.extend({ path: FilePath, size: UploadSize.optional() }), FileUploadEvent, UploadUp),
  /** Boots the throwaway server on this computer and connects to it. */
  'try.start': stream(nothing, z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('progress'), message: z.string() }),
    z.object({ kind: z.literal('ready'), server: KnownServer }),
  ]), z.never()),
  /** Removes the throwaway server from this computer. */
  'try.stop': call(onServer, z.null()),
} as const

export type Contract = typeof contract
export type CallName = { [K in keyof Contract]: Contract[K]['kind'] extends 'call' ? K : never }[keyof Contract]
export type StreamName = Exclude<keyof Contract, CallName>
/** What a caller writes. */
export type Input<K extends keyof Contract> = z.input<Contract[K]['input']>
/** What a handler gets: validated, defaults filled in. */
export type Parsed<K extends keyof Contract> = z.output<Contract[K]['input']>
export type Output<K extends CallName> = z.output<Contract[K]['output']>
export type StreamEvent<K extends StreamName> = z.output<Contract[K]['event']>
export type StreamUp<K extends StreamName> = z.output<Contract[K]['up']>
