import type { z } from 'zod'
import { isPlainHttp } from '../../shared/git-source.ts'
import { openFolders, Volume, type KeptFolder } from '../../shared/site-folders.ts'
import { isApp, isPulled, type AppMail, type AppSettings, type Serving, type Source } from '../../shared/site-source.ts'
import { SiteDraft, type Site } from '../../shared/spec.ts'
import { newSiteValues, type Amount, type SiteFormValues } from './site-values.ts'

/** Stand-ins for what main makes of a password and of a secret, for checking a form before it is sent. */
const anyHash = `$2b$05$${'a'.repeat(53)}`
const anySecret = `s${'0'.repeat(32)}`

/** What the form of a site begins with. `declared`: folders in which its image says that it keeps data. */
export function valuesOfSite(site: Site, declared: readonly KeptFolder[] = []): SiteFormValues {
  const { source, access, limits } = site
  return {
    ...newSiteValues, ...valuesOfSource(source, declared), domain: site.domain, www: site.www, kind: source.kind,
    aliases: (site.aliases ?? []).map((alias) => ({ ...alias })),
    users: (access?.users ?? []).map(({ name, hash }) => ({ name, hash, password: '' })),
    addresses: (access?.addresses ?? []).join('\n'),
    limits: { maxBodyMb: limits?.maxBodyMb ?? '', timeoutSeconds: limits?.timeoutSeconds ?? '' },
    headers: (site.headers ?? []).map((header) => ({ ...header })),
  }
}

function valuesOfSource(source: Source, declared: readonly KeptFolder[]): Partial<SiteFormValues> {
  const folder = 'folder' in source ? (source.folder ?? '') : ''
  const repository = isPulled(source) ? { repository: { url: source.url, branch: source.branch, intervalMinutes: source.intervalMinutes, key: source.key ?? null, plainHttp: source.kind === 'git' && source.plainHttp === true } } : {}
  const app = isApp(source) ? { app: valuesOfApp(source.app, declared) } : {}
  switch (source.kind) {
    case 'upload': return { folder, release: source.release, serving: servingOf(source.serving) }
    case 'git': return { folder, ...repository, serving: servingOf(source.serving) }
    case 'build': return { folder, ...repository, ...app, build: { dockerfile: source.dockerfile ?? '', memoryMb: source.limits?.memoryMb ?? '', minutes: source.limits?.minutes ?? '' } }
    case 'image': return { ...app, image: { image: source.image, daily: source.updates === 'daily' } }
    case 'address': return { address: { url: source.url, keepHost: source.keepHost ?? true, verify: source.verify ?? true } }
    case 'redirect': return { redirect: { to: source.to, keepPath: source.keepPath, permanent: source.permanent } }
    case 'notice': return { notice: { title: source.title, text: source.text } }
  }
}

function servingOf(serving: Serving = {}): SiteFormValues['serving'] {
  return { singlePage: serving.singlePage ?? false, notFound: serving.notFound ?? '', listing: serving.listing ?? false, cacheHashed: serving.cacheHashed ?? true }
}

/** Folders that nobody has said anything of, to be kept, and those that may be thrown away. A path that no setting can hold stays as it is: kept. */
function foldersOfApp(app: AppSettings, declared: readonly KeptFolder[]): SiteFormValues['app']['folders'] {
  const open = openFolders(app, declared).filter((folder) => Volume.safeParse(folder).success).map((folder) => ({ ...folder, answer: 'keep' as const }))
  return [...open, ...(app.scratch ?? []).map((path) => ({ name: declared.find((folder) => folder.path === path)?.name ?? '', path, answer: 'scratch' as const }))]
}

function valuesOfApp(app: AppSettings, declared: readonly KeptFolder[]): SiteFormValues['app'] {
  return {
    port: app.port,
    environment: (app.environment ?? []).map((variable) => ('secret' in variable ? { name: variable.name, value: '', isSecret: true, kept: variable.secret } : { name: variable.name, value: variable.value, isSecret: false, kept: '' })),
    volumes: (app.volumes ?? []).map((volume) => ({ ...volume })), folders: foldersOfApp(app, declared),
    command: (app.command ?? []).join('\n'), healthPath: app.healthPath ?? '', startSeconds: app.startSeconds ?? '', stopSeconds: app.stopSeconds ?? '', memoryMb: app.memoryMb ?? '',
    internet: app.internet ?? true, handover: app.handover ?? 'image',
    mail: { isOn: app.mail !== undefined, kept: app.mail?.password ?? '', variables: withTyped(app.mail?.variables) },
  }
}

function withTyped(variables: AppMail['variables'] = {}): SiteFormValues['app']['mail']['variables'] {
  const { host = '', port = '', user = '', password = '', from = '' } = variables
  return { host, port, user, password, from }
}

/** The draft that a filled-in form means, before it is checked. What is as it would be anyway is left out. `before` keeps what the form does not show. */
export function draftInput(values: SiteFormValues, before?: Site): z.input<typeof SiteDraft> {
  const addresses = linesOf(values.addresses)
  const users = values.users.map(({ name, password, hash }) => ({ name, hash: password === '' ? hash : anyHash }))
  const limits = amounts(values.limits)
  return {
    domain: values.domain, www: values.www, source: sourceInput(values, before?.source),
    ...(values.aliases.length === 0 ? {} : { aliases: values.aliases }),
    ...(addresses.length + users.length === 0 ? {} : { access: { ...(users.length === 0 ? {} : { users }), ...(addresses.length === 0 ? {} : { addresses }) } }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(values.headers.length === 0 ? {} : { headers: values.headers }),
  }
}

function sourceInput(values: SiteFormValues, before: Source | undefined): z.input<typeof Source> {
  const folder = values.folder.trim() === '' ? {} : { folder: values.folder }
  switch (values.kind) {
    case 'upload': return { kind: 'upload', release: values.release, ...folder, ...servingInput(values) }
    case 'git': return { kind: 'git', ...repositoryInput(values, before), ...(values.repository.plainHttp && isPlainHttp(values.repository.url) ? { plainHttp: true as const } : {}), ...folder, ...servingInput(values) }
    case 'build': {
      const limits = amounts({ memoryMb: values.build.memoryMb, minutes: values.build.minutes })
      const cpuPercent = before?.kind === 'build' ? before.limits?.cpuPercent : undefined
      const all = { ...limits, ...(cpuPercent === undefined ? {} : { cpuPercent }) }
      return { kind: 'build', ...repositoryInput(values, before), ...folder, ...(values.build.dockerfile.trim() === '' ? {} : { dockerfile: values.build.dockerfile }), ...(Object.keys(all).length === 0 ? {} : { limits: all }), app: appInput(values.app) }
    }
    case 'image': {
      const pinned = before?.kind === 'image' && before.image === values.image.image ? before.pinned : undefined
      return { kind: 'image', image: values.image.image, ...(pinned === undefined ? {} : { pinned }), ...(values.image.daily ? { updates: 'daily' } : {}), app: appInput(values.app) }
    }
    case 'address': return { kind: 'address', url: values.address.url, ...(values.address.keepHost ? {} : { keepHost: false }), ...(values.address.verify ? {} : { verify: false }) }
    case 'redirect': return { kind: 'redirect', ...values.redirect }
    case 'notice': return { kind: 'notice', ...values.notice }
  }
}

/** A site stays on its chosen version as long as repository and branch stay the same. */
function repositoryInput({ repository: { url, branch, intervalMinutes, key }, kind }: SiteFormValues, before: Source | undefined) {
  const pinned = before !== undefined && isPulled(before) && before.kind === kind && before.url === url && before.branch === branch ? before.pinned : undefined
  const isSsh = /^(ssh:\/\/|[\w.-]+@[\w.-]+:)/i.test(url.trim())
  // An empty field is no number: the schema says so.
  return { url, branch, intervalMinutes: intervalMinutes as number, ...(pinned === undefined ? {} : { pinned }), ...(isSsh && key !== null ? { key } : {}) }
}

function servingInput({ serving }: SiteFormValues) {
  const all = {
    ...(serving.singlePage ? { singlePage: true } : {}), ...(serving.notFound.trim() === '' ? {} : { notFound: serving.notFound }),
    ...(serving.listing ? { listing: true } : {}), ...(serving.cacheHashed ? {} : { cacheHashed: false }),
  }
  return Object.keys(all).length === 0 ? {} : { serving: all }
}

function appInput(app: SiteFormValues['app']): z.input<typeof AppSettings> {
  const command = linesOf(app.command)
  const volumes = [...app.volumes, ...app.folders.filter(({ answer, name }) => answer === 'keep' && name !== '')].map(({ name, path }) => ({ name: name.trim(), path: path.trim() }))
  const scratch = app.folders.filter(({ answer }) => answer === 'scratch').map(({ path }) => path)
  const environment = app.environment.map(({ name, value, isSecret, kept }) => (isSecret ? { name: name.trim(), secret: value === '' ? kept : anySecret } : { name: name.trim(), value }))
  return {
    port: app.port as number,
    ...(environment.length === 0 ? {} : { environment }),
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(scratch.length === 0 ? {} : { scratch }),
    ...(command.length === 0 ? {} : { command }),
    ...(app.healthPath.trim() === '' ? {} : { healthPath: app.healthPath.trim() }),
    ...amounts({ startSeconds: app.startSeconds, stopSeconds: app.stopSeconds, memoryMb: app.memoryMb }),
    ...(app.internet ? {} : { internet: false }),
    ...(app.mail.isOn ? { mail: mailInput(app.mail) } : {}),
    ...(app.handover === 'image' ? {} : { handover: app.handover }),
  }
}

function mailInput({ kept, variables }: SiteFormValues['app']['mail']): z.input<typeof AppMail> {
  const named = Object.fromEntries(Object.entries(variables).map(([part, name]) => [part, name.trim()]).filter(([, name]) => name !== ''))
  return { password: kept === '' ? anySecret : kept, ...(Object.keys(named).length === 0 ? {} : { variables: named }) }
}

/** What main makes of what only it may see: hashes of new passwords, ids of new secrets. */
export interface Keeping { hash(password: string): Promise<string>; keep(value: string): Promise<string>; /** For a program that shall send mail. */ keepMailLogin(): Promise<string> }

/** The draft of a form that was found right. Rejects with what `Keeping` rejects with. */
export async function draftOf(values: SiteFormValues, before: Site | undefined, keeping: Keeping): Promise<SiteDraft> {
  const draft = SiteDraft.parse(draftInput(values, before))
  const users = await Promise.all(values.users.map(async ({ name, password, hash }) => ({ name: name.trim(), hash: password === '' ? hash : await keeping.hash(password) })))
  const access = draft.access === undefined ? undefined : { ...draft.access, ...(users.length === 0 ? {} : { users }) }
  return { ...draft, source: await withSecrets(draft.source, values, keeping), ...(access === undefined ? {} : { access }) }
}

async function withSecrets(source: Source, values: SiteFormValues, keeping: Keeping): Promise<Source> {
  if (!isApp(source)) return source
  const { environment: before, mail } = source.app
  const environment = before === undefined ? undefined : await Promise.all(before.map(async (variable, index) => {
    const typed = values.app.environment[index]
    return 'secret' in variable && typed !== undefined && typed.value !== '' ? { name: variable.name, secret: await keeping.keep(typed.value) } : variable
  }))
  const login = mail === undefined || values.app.mail.kept !== '' ? mail : { ...mail, password: await keeping.keepMailLogin() }
  return { ...source, app: { ...source.app, ...(environment === undefined ? {} : { environment }), ...(login === undefined ? {} : { mail: login }) } }
}

export function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
}

function amounts<T extends Readonly<Record<string, Amount>>>(values: T): { [K in keyof T]?: number } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) as { [K in keyof T]?: number }
}
