import type { MailRecord } from '../../shared/mail.ts'

/** Records as lines of a zone file (RFC 1035, section 5), for providers that take one. The names of addresses are not set there. */
export function zoneText(records: readonly MailRecord[]): string {
  return records.filter(({ type, value }) => type !== 'PTR' && value !== '').map(zoneLine).join('')
}

function zoneLine({ type, name, value }: MailRecord): string {
  return `${name}. 3600 IN ${type} ${zoneValue(type, value)}\n`
}

function zoneValue(type: MailRecord['type'], value: string): string {
  switch (type) {
    case 'TXT': return characterStrings(value)
    case 'MX': case 'CNAME': return `${value}.`
    default: return value
  }
}

/** A text in strings of up to 255 characters (RFC 1035, 3.3.14), with what is not printable as \DDD (5.1). */
function characterStrings(value: string): string {
  const parts = value.match(/[^]{1,255}/g) ?? ['']
  return parts.map((part) => `"${part.replaceAll(/["\\]/g, '\\$&').replaceAll(/\p{Cc}/gu, (control) => `\\${String(control.charCodeAt(0)).padStart(3, '0')}`)}"`).join(' ')
}
