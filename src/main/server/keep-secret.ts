import { randomBytes } from 'node:crypto'
import { dnsFields, type DnsProvider, type SecretDraft, type SecretId } from '../../shared/certificate.ts'
import { HomeportError } from '../../shared/errors.ts'
import type { Resources } from '../resources.ts'
import type { Session } from '../ssh/session.ts'
import { checkOwnCertificate } from './own-certificate.ts'

/** Checks a secret and puts it on the server, on standard input; it is never read back. Throws `input-invalid`. */
export async function keepSecret(session: Session, draft: SecretDraft, resources: Resources): Promise<SecretId> {
  const input = secretText(draft)
  const id = `s${randomBytes(16).toString('hex')}`
  await session.run({ name: 'keep-secret', script: resources.text('commands/keep-secret.sh'), args: [id], input })
  return id
}

/** The content of a secret's file, in the form in which its reader on the server wants it. Throws `input-invalid`. */
export function secretText(draft: SecretDraft): string {
  switch (draft.kind) {
    case 'eab': return draft.hmac
    case 'smtp-password': return draft.password
    case 'variable': return draft.value
    case 'mail-login': return randomBytes(24).toString('base64url')
    case 'webhook': return draft.url
    case 'dns-account': return dnsCredentials(draft.provider, draft.fields)
    case 'certificate': return checkOwnCertificate(draft)
  }
}

/** The credentials file of a DNS plugin of certbot: an INI file, and for Route 53 one of AWS's own. */
function dnsCredentials(provider: DnsProvider, fields: Readonly<Record<string, string>>): string {
  const lines = dnsFields[provider].map(({ name, label, placeholder, isSecret }) => {
    const value = fields[name] ?? ''
    const filled = value === '' && !isSecret ? placeholder : value
    if (filled === '' || (value === '' && name === 'server')) throw missing(name, label)
    if (name === 'port' && !/^\d{1,5}$/.test(filled)) throw invalid(name, 'Type the port as a number; it is usually 53.')
    return [name, filled] as const
  })
  if (provider === 'route53') return ['[default]', ...lines.map(([name, value]) => `${name} = ${value}`), ''].join('\n')
  // ConfigObj, with which certbot reads it, takes quoted values as they are; a quotation mark itself cannot be in a token.
  return lines.map(([name, value]) => {
    if (/["']/.test(value)) throw invalid(name, 'This value has quotation marks. Copy it without them.')
    return `dns_${provider}_${name} = "${value}"\n`
  }).join('')
}

function missing(field: string, label: string): HomeportError {
  return invalid(field, `${label} is missing.`)
}

function invalid(field: string, message: string): HomeportError {
  return new HomeportError('input-invalid', message, { hint: 'Fill in what the provider shows for its API.', fields: { [`fields.${field}`]: message } })
}
