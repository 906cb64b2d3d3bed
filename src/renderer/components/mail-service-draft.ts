import { z } from 'zod'
import { Domain } from '../../shared/domain.ts'
import { SmarthostAddress, type MailService } from '../../shared/mail.ts'
import type { SecretId } from '../../shared/certificate.ts'

/** How mail is forwarded, as it is typed. */
export interface ServiceValues {
  readonly hostname: string
  readonly usesSmarthost: boolean
  readonly host: string
  readonly port?: number | undefined
  readonly security: 'tls' | 'starttls'
  readonly user: string
  readonly password: string
  readonly replacesPassword: boolean
  readonly blocklists: boolean
  readonly greylist: boolean
  readonly rspamd: boolean
}

/** A server that is sold with 2 GB has a little less. */
export const enoughForRspamdBytes = 1.8e9

export const smarthostPorts = { tls: 465, starttls: 587 } as const

/** `hostname`: what is suggested where there is no mail server yet. */
export function serviceValues(service: MailService | null, usesSmarthost: boolean, hostname = ''): ServiceValues {
  const { smarthost } = service ?? {}
  return {
    hostname: service?.hostname ?? hostname, usesSmarthost: smarthost !== undefined || usesSmarthost, host: smarthost?.host ?? '', port: smarthost?.port ?? smarthostPorts.starttls, security: smarthost?.security ?? 'starttls',
    user: smarthost?.user ?? '', password: '', replacesPassword: false, blocklists: service?.blocklists === true, greylist: service?.greylist === true, rspamd: service?.rspamd === true,
  }
}

/** The password that the server has already, for a login that is known to work just so; null where one has to be typed, and is tried then. */
export function keptSmarthostPassword({ host, port, security, user, replacesPassword }: Pick<ServiceValues, 'host' | 'port' | 'security' | 'user' | 'replacesPassword'>, service: MailService | null): SecretId | null {
  const kept = service?.smarthost
  const isSame = kept?.host === host.trim().toLowerCase() && kept.port === port && kept.security === security && kept.user === user
  return isSame && !replacesPassword ? (kept.password ?? null) : null
}

export function smarthostOf({ host, port, security, user }: ServiceValues): SmarthostAddress {
  return SmarthostAddress.parse({ host, port, security, ...(user.trim() === '' ? {} : { user: user.trim() }) })
}

export function serviceOf(values: ServiceValues, password: SecretId | null): MailService {
  return {
    hostname: Domain.parse(values.hostname),
    ...(values.usesSmarthost ? { smarthost: { ...smarthostOf(values), ...(password === null ? {} : { password }) } } : {}),
    ...(values.blocklists ? { blocklists: true } : {}), ...(values.greylist ? { greylist: true } : {}), ...(values.rspamd ? { rspamd: true } : {}),
  }
}

/** Says at each field what is wrong. */
export function serviceSchema(service: MailService | null) {
  return z.object({
    hostname: z.string(), usesSmarthost: z.boolean(), host: z.string(), port: z.number().optional(), security: z.enum(['tls', 'starttls']), user: z.string(), password: z.string(), replacesPassword: z.boolean(), blocklists: z.boolean(), greylist: z.boolean(), rspamd: z.boolean(),
  }).superRefine((values, context) => {
    const name = Domain.safeParse(values.hostname)
    if (!name.success) context.addIssue({ code: 'custom', path: ['hostname'], message: values.hostname.trim() === '' ? 'Type the name of the mail server, such as mail.example.org.' : (name.error.issues[0]?.message ?? '') })
    if (!values.usesSmarthost) return
    const smarthost = SmarthostAddress.safeParse({ host: values.host, port: values.port, security: values.security, ...(values.user.trim() === '' ? {} : { user: values.user.trim() }) })
    for (const { path, message } of smarthost.error?.issues ?? []) context.addIssue({ code: 'custom', path: [path[0] ?? 'host'], message: path[0] === 'port' ? 'Type a port from 1 to 65535.' : message })
    if (values.user.trim() !== '' && values.password === '' && keptSmarthostPassword(values, service) === null) context.addIssue({ code: 'custom', path: ['password'], message: 'Type the password of this user.' })
  })
}

/** A name for the mail server below the shortest of the domains that a server has; '' where it has none. */
export function suggestedHostname(domains: readonly string[]): string {
  const [shortest] = domains.map((domain) => domain.replace(/^www\./, '')).toSorted((a, b) => a.split('.').length - b.split('.').length)
  return shortest === undefined ? '' : shortest.startsWith('mail.') ? shortest : `mail.${shortest}`
}
