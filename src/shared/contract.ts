import { z } from 'zod'
import { ConnectResult, ConnectSecrets, KnownServer, ServerId, SshSuggestions, Target } from './connection.ts'
import { Action, Edit } from './edit.ts'
import { LogLine, LogSource } from './log.ts'
import { Plan } from './plan.ts'
import { Preflight } from './preflight.ts'
import { RunEvent, RunId, RunSummary } from './run.ts'
import { ReleaseId } from './spec.ts'
import { LiveEvent } from './status.ts'

/** One question, one answer. */
const call = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({ kind: 'call', input, output }) as const
/** Events to the window until it ends or is closed; `up` is what the window may send into it. */
const stream = <I extends z.ZodType, E extends z.ZodType, U extends z.ZodType>(input: I, event: E, up: U) => ({ kind: 'stream', input, event, up }) as const

const nothing = z.undefined()
const onServer = z.strictObject({ serverId: ServerId })

export const Settings = z.object({ colorScheme: z.enum(['auto', 'light', 'dark']).default('auto') })
export type Settings = z.infer<typeof Settings>

export const AppInfo = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'web']),
  /** False where secrets are only kept in memory until the app ends. */
  keepsSecrets: z.boolean(),
  /** Why secrets are not kept, in words for a person; empty where they are. */
  secretsNote: z.string(),
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
  z.object({ kind: z.literal('stored'), release: ReleaseId, files: z.number().int(), bytes: z.number(), hasIndex: z.boolean() }),
])
export type UploadEvent = z.infer<typeof UploadEvent>

export const contract = {
  'app.info': call(nothing, AppInfo),
  'settings.get': call(nothing, Settings),
  'settings.change': call(Settings.partial(), Settings),

  'ssh.suggestions': call(nothing, SshSuggestions),
  'servers.list': call(nothing, z.array(KnownServer)),
  /** Logs in, looks for root rights and pins the host key; what works is kept as a known server. */
  'servers.connect': call(z.strictObject({ target: Target, secrets: ConnectSecrets, remember: z.boolean(), /** SHA256 fingerprint the person agreed to. */ acceptHostKey: z.string().optional() }), ConnectResult),
  /** Logs in to a known server again, with secrets if they are not kept. */
  'servers.unlock': call(onServer.extend({ secrets: ConnectSecrets, remember: z.boolean() }), KnownServer),
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
  'run.cancel': call(onServer.extend({ runId: RunId }), z.null()),

  /** All events of a run from its beginning; ends when the run has ended. */
  'run.watch': stream(onServer.extend({ runId: RunId }), z.array(RunEvent), z.never()),
  'server.live': stream(onServer, LiveEvent, z.never()),
  'logs.follow': stream(onServer.extend({ source: LogSource, /** Earlier lines to begin with. */ lines: z.number().int().min(0).max(100_000).default(500) }), z.array(LogLine), z.never()),
  /** A folder file by file, or one archive (.zip, .tar, .tar.gz, .tgz), for a site that may not exist yet. */
  'upload.send': stream(onServer.extend({ shape: z.enum(['folder', 'archive']), /** Folder or archive name, for messages. */ name: z.string().max(255) }), UploadEvent, UploadUp),
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
