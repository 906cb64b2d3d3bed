/** Mail forwarding of one server: what a person wants of it, and what is seen of it. */
import { z } from 'zod'
import { SecretId } from './certificate.ts'
import { Domain, toAsciiDomain } from './domain.ts'
import { MtaSts, policyHost } from './mail-policy.ts'

/** Characters of local parts (RFC 5322, 3.2.3) but those that mean something to mail servers on the way: % ! / | ` and the like. */
const localPart = /^[a-z0-9_&'~^=-]+(\.[a-z0-9_&'~^=-]+)*$/
const localPartWithPlus = /^[a-z0-9_&'~^=+-]+(\.[a-z0-9_&'~^=+-]+)*$/i

/** The part before the @ of an address of one's own, in small letters: mail for `Info@` arrives at `info@` (and at `info+anything@`). */
export const AliasName = z.string().trim().toLowerCase().superRefine((value, context) => {
  const problem = aliasNameProblem(value)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem })
})

function aliasNameProblem(value: string): string | null {
  if (value === '') return 'Type the part before the @, such as info.'
  if (value.includes('@')) return 'Type only the part before the @.'
  if (value.includes('+')) return 'An alias has no +: mail for name+anything arrives at name already.'
  if (value.length > 64) return 'The part before the @ has at most 64 characters.'
  if (value.startsWith('srs0=') || value.startsWith('srs1=')) return 'This is how bounces come back; no alias can be called that.'
  if (!localPart.test(value) || value.startsWith('-')) return 'Take letters a to z, digits, dots, - and _, such as anna.smith.'
  return null
}

/** A mail address; parsing gives it with its domain in ASCII and small letters. */
export const MailAddress = z.string().max(320, 'This address is too long.').transform((value, context) => {
  const address = toMailAddress(value)
  if (address !== null) return address
  context.addIssue({ code: 'custom', message: mailAddressProblem(value) })
  return z.NEVER
})

/** The address as it is kept, or null where it is none (RFC 5321, 4.1.2 without quoted local parts and addresses in brackets). */
export function toMailAddress(typed: string): string | null {
  const value = typed.trim()
  const at = value.lastIndexOf('@')
  const local = value.slice(0, at)
  const domain = toAsciiDomain(value.slice(at + 1))
  if (at < 1 || domain === null || local.length > 64 || local.startsWith('-') || !localPartWithPlus.test(local)) return null
  return `${local}@${domain}`
}

function mailAddressProblem(typed: string): string {
  const value = typed.trim()
  if (value === '') return 'Type a whole address, such as anna@example.org.'
  if (/[\s,;]/.test(value)) return 'Type one address after the other, each in a field or a line of its own.'
  if (!value.includes('@')) return 'Type a whole address, with the part before the @ and the domain after it.'
  if (/[^\p{ASCII}]/u.test(value.slice(0, value.lastIndexOf('@')))) return 'The part before the @ has a letter that mail servers do not all take.'
  return 'This is not a mail address that mail can be forwarded to, such as anna@example.org.'
}

const Targets = z.array(MailAddress).min(1, 'Type at least one address.').max(50, 'One alias leads to up to 50 addresses.')
  .transform((targets) => [...new Set(targets)])

export const MailAlias = z.strictObject({
  name: AliasName,
  targets: Targets,
  /** Mail for it is refused, whatever the catch-all says. */
  disabled: z.literal(true).optional(),
  comment: z.string().trim().min(1).max(200, 'A comment has at most 200 characters.').regex(/^[^\p{Cc}]+$/u, 'A comment has no line breaks.').optional(),
})
export type MailAlias = z.infer<typeof MailAlias>

/** All aliases of a server together. */
export const mostAliases = 100_000

export const MailDomain = z.strictObject({
  domain: Domain,
  aliases: z.array(MailAlias).max(mostAliases, 'A server takes up to 100,000 aliases.').default([]),
  /** Where mail goes that no alias takes; without it such mail is refused. */
  catchAll: Targets.optional(),
  /** Preference of its MX record: servers with a lower one are tried first (RFC 5321, 5.1). 10 unless said. */
  preference: z.number().int().min(0).max(65_535).optional(),
  /** What others are asked to insist on when they bring mail. */
  mtaSts: MtaSts.optional(),
  /** Where others send reports about encrypted mail to. */
  tlsReports: MailAddress.optional(),
}).superRefine(({ domain, aliases, mtaSts }, context) => {
  if (mtaSts !== undefined && toAsciiDomain(policyHost(domain)) === null) context.addIssue({ code: 'custom', path: ['mtaSts'], message: `${domain} is too long a name to have a policy.` })
  const seen = new Set<string>()
  for (const [index, { name }] of aliases.entries()) {
    if (seen.has(name)) context.addIssue({ code: 'custom', path: ['aliases', index, 'name'], message: `${name} is there twice.` })
    seen.add(name)
  }
})
export type MailDomain = z.infer<typeof MailDomain>

/** Another mail server that takes all outgoing mail, where the provider lets none out on port 25. */
export const SmarthostAddress = z.strictObject({
  host: z.string().trim().toLowerCase().refine((value) => toAsciiDomain(value) === value, 'Type the name of the mail server, such as smtp.example.org.'),
  port: z.number().int().min(1).max(65_535),
  /** `tls`: from the first byte (465); `starttls`: after a greeting (587). Its certificate has to be right either way. */
  security: z.enum(['tls', 'starttls']),
  user: z.string().min(1, 'Type the user name.').max(200).regex(/^[^\p{Cc}:]+$/u, 'A user name has no line breaks and no colon.').optional(),
})
export type SmarthostAddress = z.infer<typeof SmarthostAddress>

/** With the id of its password, which only the server has. */
export const Smarthost = SmarthostAddress.extend({ password: SecretId.optional() }).refine(({ user, password }) => (user === undefined) === (password === undefined), { path: ['password'], message: 'Type both the user and the password, or neither.' })
export type Smarthost = z.infer<typeof Smarthost>

const switches = {
  /** Servers on blocklists (DNSBL) are refused. */
  blocklists: z.literal(true).optional(),
  /** Servers that were never here before are asked to come again (greylisting). */
  greylist: z.literal(true).optional(),
  /** What looks like spam is refused, and what is forwarded is sealed (ARC); takes about 300 MB of memory. */
  rspamd: z.literal(true).optional(),
}

export const MailService = z.strictObject({
  /** What the mail server calls itself, and what MX records name. Its certificate is for this name. */
  hostname: Domain,
  smarthost: Smarthost.optional(),
  ...switches,
})
export type MailService = z.infer<typeof MailService>

export const MailSettings = MailService.extend({ domains: z.array(MailDomain).max(500, 'A server takes up to 500 mail domains.') })
export type MailSettings = z.infer<typeof MailSettings>

/** Where programs of a server's sites give mail to be sent (RFC 6409). */
export const submissionPort = 587

/** Under which name the key stands by which this server signs (RFC 6376, 3.1): each mail server of a domain has its own. */
export function dkimSelector(hostname: string): string {
  return hostname.replaceAll('.', '-').slice(0, 63).replace(/-+$/, '')
}

export interface MailProblem { readonly path: readonly (string | number)[]; readonly message: string }

/** What is wrong with settings whose parts are right: names that are there twice, and aliases that lead nowhere or in a circle. */
export function mailProblems({ hostname, domains }: MailSettings): readonly MailProblem[] {
  const problems: MailProblem[] = []
  const seen = new Set<string>()
  for (const [index, { domain }] of domains.entries()) {
    const path = ['domains', index, 'domain']
    if (seen.has(domain)) problems.push({ path, message: `${domain} is there twice.` })
    // Bounces come to this name, and it has no aliases.
    if (domain === hostname) problems.push({ path, message: `${domain} is the name of the mail server itself. Mail domains have other names: call the server mail.${domain}, for example.` })
    seen.add(domain)
  }
  if (domains.reduce((sum, { aliases }) => sum + aliases.length, 0) > mostAliases) problems.push({ path: ['domains'], message: 'A server takes up to 100,000 aliases.' })
  return [...problems, ...routeProblems({ hostname, domains })].slice(0, 20)
}

/** Targets at domains of this server: they have to be there, and must not lead back (RFC 5321, 6.3). */
function routeProblems({ hostname, domains }: Pick<MailSettings, 'hostname' | 'domains'>): readonly MailProblem[] {
  const own = new Set([hostname, ...domains.map(({ domain }) => domain)])
  const routes = new Map<string, readonly string[]>()
  for (const { domain, aliases, catchAll } of domains) {
    for (const { name, targets, disabled } of aliases) routes.set(`${name}@${domain}`, disabled === true ? [] : targets)
    if (catchAll !== undefined) routes.set(`@${domain}`, catchAll)
  }
  /** What postfix looks up for a target of its own: the address without its +extension, then the catch-all (virtual(5)). */
  const routeOf = (target: string): string | null => {
    const [local = '', domain = ''] = target.toLowerCase().split('@')
    if (!own.has(domain)) return null
    const address = `${local.split('+')[0] ?? ''}@${domain}`
    return routes.has(address) ? address : `@${domain}`
  }
  const problems: MailProblem[] = []
  const state = new Map<string, 'open' | 'done'>()
  for (const start of routes.keys()) {
    // Without recursion: a chain may be as long as the list.
    const stack: { readonly route: string; readonly next: string[] }[] = []
    const enter = (route: string): void => {
      state.set(route, 'open')
      const next: string[] = []
      for (const target of routes.get(route) ?? []) {
        const to = routeOf(target)
        if (to === null) continue
        if (routes.has(to)) next.push(to)
        else problems.push({ path: ['domains'], message: `${shownRoute(route)} leads to ${target}, and there is no such alias. Add that alias first, or take another target.` })
      }
      stack.push({ route, next })
    }
    if (!state.has(start)) enter(start)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const to = top.next.pop()
      if (to === undefined) {
        state.set(top.route, 'done')
        stack.pop()
      } else if (state.get(to) === 'open') problems.push({ path: ['domains'], message: `${shownRoute(top.route)} leads back to itself, by ${shownRoute(to)}. Mail would go in a circle.` })
      else if (!state.has(to)) enter(to)
    }
    if (problems.length >= 20) break
  }
  return problems
}

const shownRoute = (route: string): string => (route.startsWith('@') ? `The catch-all of ${route.slice(1)}` : route)

/** What stands beside sites in a server's status; aliases are asked for apart. */
export const MailStatus = MailService.extend({
  domains: z.array(z.object({ domain: z.string(), aliases: z.number().int(), disabled: z.number().int(), hasCatchAll: z.boolean() })),
})
export type MailStatus = z.infer<typeof MailStatus>

/** What the mail server keeps on the disk, whether it runs or not. */
export const MailData = z.object({
  /** Messages that were taken and wait to be sent on; null where they could not be counted in time. */
  waiting: z.number().int().nullable(),
  /** When the oldest of them came; milliseconds since 1970, null where none waits or the disk does not say. */
  oldest: z.number().nullable(),
})
export type MailData = z.infer<typeof MailData>

/** What becomes of mail that waits when the mail server goes: it is sent on first, stays on the server, or is deleted for ever. */
export const WaitingMail = z.enum(['send', 'keep', 'delete'])
export type WaitingMail = z.infer<typeof WaitingMail>

/** A name in the queue of postfix. */
export const QueueId = z.string().regex(/^[A-Za-z0-9]{5,25}$/, 'This is not a message of the queue.')

/** One message that waits. Nothing of its content. Times in milliseconds since 1970. */
export const QueuedMail = z.object({
  id: QueueId,
  queue: z.enum(['active', 'deferred', 'hold', 'incoming', 'maildrop', 'corrupt']),
  at: z.number(),
  sizeBytes: z.number(),
  from: z.string(),
  /** `reason`: what the other server said last, or what kept this one from asking it. */
  to: z.array(z.object({ address: z.string(), reason: z.string() })),
})
export type QueuedMail = z.infer<typeof QueuedMail>
export const MailQueue = z.object({ mails: z.array(QueuedMail), /** How many there are, where not all are listed. */ total: z.number().int() })
export type MailQueue = z.infer<typeof MailQueue>

/** What happened to one message, or to one attempt to leave one: read from the server's journal, which holds nothing of the content. */
export const MailEvent = z.object({
  at: z.number(),
  kind: z.enum([
    /** Taken from another server. */
    'received',
    /** The target's server has it. */
    'delivered',
    /** The target's server does not take it now; it is tried again. */
    'deferred',
    /** The target's server refuses it for good; the sender is told. */
    'bounced',
    /** Refused at the door: nothing was taken, and the other server tells its sender. */
    'refused',
    /** Refused at the door for now, as by greylisting: the other server comes again. */
    'put-off',
  ]),
  /** Of the message in the queue; null where none was taken. */
  queueId: z.string().nullable(),
  /** Envelope sender, as it came; '' for bounces, null where not known. */
  from: z.string().nullable(),
  /** Envelope recipient: the target, or what was asked for where it was refused. */
  to: z.string().nullable(),
  /** The alias that the mail was for, where it differs from `to`. */
  alias: z.string().nullable(),
  /** The other server: name and address. */
  peer: z.string(),
  /** Enhanced status code (RFC 3463), such as 2.0.0; '' where there is none. */
  status: z.string(),
  /** What was answered, in the words of the server that said it; '' for `received`. */
  answer: z.string(),
  sizeBytes: z.number().nullable(),
  isEncrypted: z.boolean().nullable(),
})
export type MailEvent = z.infer<typeof MailEvent>

export const MailCounts = z.object({ received: z.number().int(), delivered: z.number().int(), deferred: z.number().int(), bounced: z.number().int(), refused: z.number().int() })
export type MailCounts = z.infer<typeof MailCounts>
export const MailStatistics = z.object({ day: MailCounts, month: MailCounts, /** Since when the server's journal knows; milliseconds since 1970, null where nothing is known. */ since: z.number().nullable() })
export type MailStatistics = z.infer<typeof MailStatistics>

/** A test mail on its way, for the window. Ends with the answer for each target, or with `problem`. */
export const MailTestEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sent'), queueId: z.string() }),
  z.object({ kind: z.literal('answer'), event: MailEvent, /** What the answer means, and what to do. */ meaning: z.string() }),
  z.object({ kind: z.literal('problem'), message: z.string() }),
])
export type MailTestEvent = z.infer<typeof MailTestEvent>

/** Whether mail comes and goes on this server at all. */
export const MailReach = z.object({
  /** Another program that has port 25 already; null where none has. */
  takenBy: z.string().nullable(),
  /** Seen from this computer: `unknown` where this computer's own provider lets nothing out on port 25. */
  incoming: z.enum(['open', 'blocked', 'unknown']),
  /** Whether well-known mail servers can be reached from the server. */
  outgoing: z.enum(['open', 'blocked']),
})
export type MailReach = z.infer<typeof MailReach>

/** One record that mail needs in the DNS, and what is there. */
export const MailRecord = z.object({
  type: z.enum(['MX', 'A', 'AAAA', 'TXT', 'PTR', 'CNAME']),
  /** What it is for. */
  purpose: z.enum(['mx', 'address', 'spf', 'domain-spf', 'dmarc', 'ptr', 'policy', 'policy-address', 'tls-reports', 'dkim', 'seal']),
  name: z.string(),
  /** Ready to be copied: for MX with the preference in front, for TXT without quotes. */
  value: z.string(),
  need: z.enum(['must', 'should']),
  state: z.enum([
    'right', 'missing',
    /** There is another one in its place. */
    'wrong',
    /** The authoritative servers are right; caches still have the old answer. */
    'spreading', 'unknown',
  ]),
  /** What is there instead. */
  found: z.array(z.string()),
  /** One or two plain sentences: what it is for, what was found, what to do. */
  message: z.string(),
})
export type MailRecord = z.infer<typeof MailRecord>
export const MailDnsReport = z.object({ /** Milliseconds since 1970. */ at: z.number(), domain: z.string(), records: z.array(MailRecord) })
export type MailDnsReport = z.infer<typeof MailDnsReport>
