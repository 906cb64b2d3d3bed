/** Where the content of a site comes from: one variant for each kind of site. What is left out has the default that is named. */
import { z } from 'zod'
import { SecretId } from './certificate.ts'
import { Branch, DeployKey, GitUrl, isSshUrl } from './git-source.ts'
import { ContainerPath, Volume } from './site-folders.ts'

/** A published version: the commit (40 hex digits) of a git site, `u` + time + random of an upload, or `i` + id of a container image. Part of folder names. */
export const ReleaseId = z.string().regex(/^([0-9a-f]{40}|u[0-9]{14}-[0-9a-f]{8}|i[0-9a-f]{64})$/, 'This is not the id of a version.')
export type ReleaseId = z.infer<typeof ReleaseId>

/** A folder or file inside a repository or an upload: parts of plain characters, never upwards. Empty for the top. */
export const InnerPath = z.string().trim().max(500).transform((value) => value.replace(/^\.?\/+|\/+$/g, ''))
  .refine((value) => value === '' || value.split('/').every((part) => /^[\p{L}\p{N} _.@+-]{1,200}$/u.test(part) && !/^\.{1,2}$/.test(part) && part !== '.git' && !part.startsWith('-')), 'Type a folder inside the repository, such as public or site/dist.')

/** How files are served. */
export const Serving = z.strictObject({
  /** Every address without a file of its own gets /index.html: for apps that route in the browser. */
  singlePage: z.boolean().optional(),
  /** The page for addresses without a file; /404.html unless said. */
  notFound: InnerPath.optional(),
  /** Folders without an index page list their files. */
  listing: z.boolean().optional(),
  /** Files with a hash in their name (app.4f9a21bc.js) are kept by browsers for a year. True unless said. */
  cacheHashed: z.boolean().optional(),
})
export type Serving = z.infer<typeof Serving>

/** A branch of a git repository that the server looks at again and again. */
const repository = {
  url: GitUrl,
  branch: Branch,
  /** For addresses with ssh. */
  key: DeployKey.optional(),
  /** Minutes from the end of one pull to the next. */
  intervalMinutes: z.number().int().min(1).max(1440).default(10),
  /** The version to stay on instead of following the branch, after a roll back. */
  pinned: ReleaseId.optional(),
}

const MemoryMb = z.number().int().min(16, 'A container needs at least 16 MB.').max(1_048_576)

const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/
/** An environment variable; a secret one is only on the server and never shown again. */
export const Variable = z.union([
  z.strictObject({ name: z.string().regex(variableName, 'Names have letters, digits and _ only, and do not begin with a digit.'), value: z.string().max(20_000).regex(/^[^\0\n\r]*$/, 'A value has no line breaks.') }),
  z.strictObject({ name: z.string().regex(variableName, 'Names have letters, digits and _ only, and do not begin with a digit.'), secret: SecretId }),
])
export type Variable = z.infer<typeof Variable>

/** What a program is told so that it can send mail, and the variables in which it usually looks for it. */
export const mailVariables = { host: 'SMTP_HOST', port: 'SMTP_PORT', user: 'SMTP_USER', password: 'SMTP_PASSWORD', from: 'SMTP_FROM' } as const
const MailVariable = z.string().regex(variableName, 'Names have letters, digits and _ only, and do not begin with a digit.').optional()

/** A program that may send mail through the mail server of its server, as the domains of its site alone. */
export const AppMail = z.strictObject({
  /** Of its own account there; only the server and the program have it. */
  password: SecretId,
  /** Names of variables, where the program looks for others. */
  variables: z.strictObject({ host: MailVariable, port: MailVariable, user: MailVariable, password: MailVariable, from: MailVariable }).optional(),
})
export type AppMail = z.infer<typeof AppMail>

/** How a container is run. */
export const AppSettings = z.strictObject({
  /** Where it answers inside the container. */
  port: z.number().int().min(1).max(65_535),
  environment: z.array(Variable).max(200).optional(),
  volumes: z.array(Volume).max(20).optional(),
  /** Folders that the image says it keeps data in, and that may be thrown away with the container. All others of them are kept. */
  scratch: z.array(ContainerPath).max(20).optional(),
  /** Arguments in place of the image's own command. */
  command: z.array(z.string().min(1).max(4000).regex(/^[^\0\n\r]*$/, 'An argument has no line breaks.')).max(100).optional(),
  /** The path that answers with a status below 400 when the site is well; without it, taking connections is enough. */
  healthPath: z.string().max(500).regex(/^\/[\u0021-\u007e]*$/, 'A path begins with / and has no spaces, such as /health.').optional(),
  /** Seconds until it must be well; 60 unless said. */
  startSeconds: z.number().int().min(5).max(1800).optional(),
  /** Seconds that it gets to end what it is at; unless said 30, and 120 where the image keeps data. */
  stopSeconds: z.number().int().min(1).max(600).optional(),
  /** Memory that it may take; 512 unless said. */
  memoryMb: MemoryMb.optional(),
  /** Whether it reaches the Internet; true unless said. */
  internet: z.boolean().optional(),
  /** Left out where it sends no mail. */
  mail: AppMail.optional(),
  /** A new version starts beside the old one, unless two at once would damage the data. Unless said the server decides: `stop-first` where the image keeps data. */
  handover: z.enum(['beside', 'stop-first']).optional(),
}).superRefine((app, context) => {
  const taken = new Set((app.environment ?? []).map(({ name }) => name))
  for (const [part, name] of Object.entries(mailVariableNames(app.mail))) {
    if (taken.has(name)) context.addIssue({ code: 'custom', path: ['mail', 'variables', part], message: `${name} is another variable already. Take that away, or type another name here.` })
    taken.add(name)
  }
  for (const [field, part, values] of [['environment', 'name', (app.environment ?? []).map(({ name }) => name)], ['volumes', 'name', (app.volumes ?? []).map(({ name }) => name)], ['volumes', 'path', (app.volumes ?? []).map(({ path }) => path)]] as const) {
    const index = values.findIndex((value, place) => values.indexOf(value) !== place)
    if (index !== -1) context.addIssue({ code: 'custom', path: [field, index, part], message: `${values[index] ?? ''} is there twice.` })
  }
  for (const [index, path] of (app.scratch ?? []).entries()) {
    const isKept = (app.volumes ?? []).some((volume) => volume.path === path)
    if (isKept || (app.scratch ?? []).indexOf(path) !== index) context.addIssue({ code: 'custom', path: ['scratch', index], message: isKept ? `${path} is among the data that is kept, too.` : `${path} is there twice.` })
  }
})
export type AppSettings = z.infer<typeof AppSettings>

/** The variables by which a program learns how to send mail; none where it sends no mail. */
export function mailVariableNames(mail: AppMail | undefined): Partial<Record<keyof typeof mailVariables, string>> {
  if (mail === undefined) return {}
  return Object.fromEntries(Object.entries(mailVariables).map(([part, usual]) => [part, mail.variables?.[part as keyof typeof mailVariables] ?? usual]))
}

/** What one build may take, so that it never takes the server along. */
export const BuildLimits = z.strictObject({
  /** 1024 unless said. */
  memoryMb: MemoryMb.optional(),
  /** Share of one processor in percent; half of all processors unless said. */
  cpuPercent: z.number().int().min(10).max(6400).optional(),
  /** 30 unless said. */
  minutes: z.number().int().min(1).max(240).optional(),
})
export type BuildLimits = z.infer<typeof BuildLimits>

/** An image with its tag, as `docker pull` takes it (distribution/reference), in normal form: with a tag. */
export const ImageReference = z.string().trim().max(300).transform((value, context) => {
  const match = /^(?:([a-z0-9.-]+(?::\d{1,5})?)\/)?([a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?$/.exec(value)
  if (match !== null) return match[3] === undefined ? `${value}:latest` : value
  context.addIssue({ code: 'custom', message: 'Type the name of an image and its tag, such as ghost:6 or ghcr.io/you/app:1.2.' })
  return z.NEVER
})

/** An address that the proxy asks: http or https, a host or an address, no path. */
export const UpstreamUrl = z.string().trim().max(500).transform((value, context) => {
  const url = /^https?:\/\//i.test(value) && URL.canParse(value) ? new URL(value) : null
  if (url !== null && url.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === '' && /^((?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*|\[[0-9a-f:.]+\])$/.test(url.hostname)) return url.origin
  context.addIssue({ code: 'custom', message: 'Type an address with its port and without a path, such as http://127.0.0.1:3000 or https://app.example.org.' })
  return z.NEVER
})

/** Whether an address is where the proxy itself listens: its ports on the server itself, or one of the site's own names. */
export function leadsToProxy(upstream: string, names: readonly string[]): boolean {
  const { protocol, hostname, port } = new URL(upstream)
  const isProxyPort = ['80', '443'].includes(port || (protocol === 'https:' ? '443' : '80'))
  const isHere = /^(127(\.\d+){3}|0\.0\.0\.0|\[(::1?|::ffff:(7f[0-9a-f]{2}:[0-9a-f]{1,4}|0:0))\]|(.+\.)?localhost\.?)$/.test(hostname)
  return isProxyPort && (isHere || names.includes(hostname.replace(/\.$/, '')))
}

/** Whether an address is one at which a cloud tells a server its keys, or another that is valid on one line only (RFC 3927, RFC 4291 2.5.6). */
export function isMetadata(upstream: string): boolean {
  return /^(169\.254\.\d+\.\d+|168\.63\.129\.16|100\.100\.100\.200|192\.0\.0\.192|\[(fe[89ab][0-9a-f]:|fd00:ec2:|fd20:ce:|fd00:42:|::(ffff:(0:)?)?a9fe:|64:ff9b::a9fe:)[0-9a-f:]*\]|metadata\.google\.internal\.?)$/.test(new URL(upstream).hostname)
}

/** Where a redirect leads. */
export const RedirectUrl = z.string().trim().max(2000).transform((value, context) => {
  const url = /^https?:\/\//i.test(value) && URL.canParse(value) ? new URL(value) : null
  if (url !== null && url.username === '' && url.password === '' && /^[\u0021-\u007e]+$/.test(url.href)) return url.href
  context.addIssue({ code: 'custom', message: 'Type the whole address to lead to, such as https://example.org/new.' })
  return z.NEVER
})

const plainText = (max: number) => z.string().trim().max(max).regex(/^[^\p{Cc}]*$/u, 'This text has characters that cannot be shown.')

export const GitSource = z.strictObject({ kind: z.literal('git'), ...repository, /** A person agreed that the files come over http. */ plainHttp: z.literal(true).optional(), folder: InnerPath.optional(), serving: Serving.optional() })
export const UploadSource = z.strictObject({ kind: z.literal('upload'), /** The uploaded version that is served. */ release: ReleaseId, folder: InnerPath.optional(), serving: Serving.optional() })
/** A Dockerfile in a repository. `folder`: the build context. `dockerfile`: its path there, Dockerfile unless said. */
export const BuildSource = z.strictObject({ kind: z.literal('build'), ...repository, folder: InnerPath.optional(), dockerfile: InnerPath.optional(), limits: BuildLimits.optional(), app: AppSettings })
/** An image from a registry. `updates`: whether the server looks for a new one under the same tag every day; manual unless said. */
export const ImageSource = z.strictObject({ kind: z.literal('image'), image: ImageReference, pinned: ReleaseId.optional(), updates: z.enum(['manual', 'daily']).optional(), app: AppSettings })
/** `keepHost`: the other server is asked by the site's own domain; true unless said. `verify`: its certificate is checked; true unless said. */
export const AddressSource = z.strictObject({ kind: z.literal('address'), url: UpstreamUrl, keepHost: z.boolean().optional(), verify: z.boolean().optional() })
export const RedirectSource = z.strictObject({ kind: z.literal('redirect'), to: RedirectUrl, keepPath: z.boolean(), permanent: z.boolean() })
export const NoticeSource = z.strictObject({
  kind: z.literal('notice'), title: plainText(200).min(1, 'Type a title.'),
  // The proxy keeps the whole page in one of its buffers: 20,000 bytes, where & and < take more than one.
  text: z.string().trim().max(5000).refine((text) => new TextEncoder().encode(text.replace(/[&<]/g, '&amp;')).length <= 20_000, 'This text is too long.'),
})

export const Source = z.discriminatedUnion('kind', [GitSource, UploadSource, BuildSource, ImageSource, AddressSource, RedirectSource, NoticeSource]).superRefine((source, context) => {
  if (source.kind === 'address' && source.verify !== false && /^https:\/\/(\[|\d+(\.\d+){3}(:|$))/.test(source.url)) {
    context.addIssue({ code: 'custom', path: ['url'], message: 'A certificate can only be checked for a name. Type the name of the other server, or let its certificate go unchecked.' })
  }
  if (!('url' in source) || source.kind === 'address') return
  const needsKey = isSshUrl(source.url)
  if (needsKey && source.key === undefined) context.addIssue({ code: 'custom', path: ['key'], message: 'An address with ssh needs a deploy key.' })
  if (!needsKey && source.key !== undefined) context.addIssue({ code: 'custom', path: ['key'], message: 'A deploy key is only for addresses with ssh.' })
})
export type Source = z.infer<typeof Source>
export type SourceKind = Source['kind']
export type SourceOf<K extends SourceKind> = Extract<Source, { kind: K }>

/**
 * Why files must not come over http as they are: anybody on the way can put others in. Null where they do not, or where somebody agreed to it.
 * Not part of `Source`: a server may have such a site from before.
 */
export function plainHttpProblem(source: Source): { readonly field: 'url' | 'plainHttp'; readonly message: string } | null {
  if (!isPulled(source) || !source.url.startsWith('http:')) return null
  if (source.kind === 'build') return { field: 'url', message: 'Over http:// anybody on the way can put in a program of their own, which the server would build and run. Use an address with https:// or with ssh.' }
  return source.plainHttp === true ? null : { field: 'plainHttp', message: 'Use an address with https:// or with ssh, or agree to this.' }
}

/** Files that nginx serves. */
export function isStatic(source: Source): source is SourceOf<'git' | 'upload'> {
  return source.kind === 'git' || source.kind === 'upload'
}
/** Sites that run in a container of their own. */
export function isApp(source: Source): source is SourceOf<'build' | 'image'> {
  return source.kind === 'build' || source.kind === 'image'
}
/** Sites whose content comes from a repository, by the server's own timer. */
export function isPulled(source: Source): source is SourceOf<'git' | 'build'> {
  return source.kind === 'git' || source.kind === 'build'
}
/** Sites that have versions to go back to. */
export function hasReleases(source: Source): source is SourceOf<'git' | 'upload' | 'build' | 'image'> {
  return isStatic(source) || isApp(source)
}
