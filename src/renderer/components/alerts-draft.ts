import { z } from 'zod'
import { AlertMail, SecretDraft, type Alerts } from '../../shared/certificate.ts'

export interface AlertsValues {
  usesMail: boolean
  to: string
  from: string
  host: string
  port: number | undefined
  security: AlertMail['security']
  user: string
  password: string
  replacesPassword: boolean
  usesWebhook: boolean
  url: string
  replacesWebhook: boolean
}

/** RFC 8314: submission with TLS at once, or after STARTTLS; RFC 5321: plain. */
export const usualPorts: Record<AlertMail['security'], number> = { tls: 465, starttls: 587, none: 25 }

export function alertsValues({ mail, webhook }: Alerts): AlertsValues {
  return {
    usesMail: mail !== null, to: mail?.to ?? '', from: mail?.from ?? '', host: mail?.host ?? '', port: mail?.port ?? 465, security: mail?.security ?? 'tls', user: mail?.user ?? '', password: '', replacesPassword: false,
    usesWebhook: webhook !== null, url: '', replacesWebhook: false,
  }
}

/** The kept password, as long as it still belongs to what is typed: to the same server and user. */
export function keptPassword(values: Pick<AlertsValues, 'host' | 'user' | 'replacesPassword'>, before: Alerts): string | null {
  const { mail } = before
  return mail?.password !== undefined && !values.replacesPassword && mail.host === values.host.trim() && mail.user === values.user.trim() ? mail.password : null
}

export function keptWebhook({ replacesWebhook }: Pick<AlertsValues, 'replacesWebhook'>, before: Alerts): string | null {
  return replacesWebhook ? null : before.webhook
}

/** What the form means; the secrets by the ids that the server gave. */
export function alertsOf(values: AlertsValues, secrets: { readonly webhook: string | null; readonly password: string | null }): Alerts {
  const user = values.user.trim()
  const mail = { to: values.to.trim(), from: values.from.trim(), host: values.host.trim(), port: values.port ?? 0, security: values.security, ...(user === '' ? {} : { user, ...(secrets.password === null ? {} : { password: secrets.password }) }) }
  return { webhook: values.usesWebhook ? secrets.webhook : null, mail: values.usesMail ? mail : null }
}

/** Only what is switched on has to be right; `before` is what is set now. */
export function alertsSchema(before: Alerts) {
  return z.custom<AlertsValues>().superRefine((values, context) => {
    const say = (field: keyof AlertsValues, message: string | undefined) => { if (message !== undefined) context.addIssue({ code: 'custom', path: [field], message }) }
    if (values.usesWebhook && keptWebhook(values, before) === null) say('url', SecretDraft.safeParse({ kind: 'webhook', url: values.url.trim() }).error?.issues[0]?.message)
    if (!values.usesMail) return
    for (const issue of AlertMail.safeParse(alertsOf(values, { webhook: null, password: null }).mail).error?.issues ?? []) {
      const field = issue.path[0] as keyof AlertsValues
      say(field, field === 'port' ? 'The port is a number from 1 to 65535.' : issue.message)
    }
    if (values.user.trim() !== '' && keptPassword(values, before) === null) say('password', SecretDraft.safeParse({ kind: 'smtp-password', password: values.password }).error?.issues[0]?.message)
  })
}
