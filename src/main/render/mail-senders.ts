import { submissionPort } from '../../shared/mail.ts'
import { mailSenders, type ServerSpec } from '../../shared/spec.ts'
import { siteAddress } from './site-address.ts'

/** What a program may write as: all that its site's names lead to. */
export interface Senders {
  /** Services of postfix, an own door in the network of each site (master(5)). */
  readonly services: string
  /** `login secret`, a line for each. */
  readonly logins: string
  /** Who may send as whom at a door, and what the header From may say there, by name of the file, in the order in which `services` names them. */
  readonly files: Readonly<Record<string, string>>
  /** Networks in which it listens, and where. */
  readonly networks: readonly { readonly name: string; readonly address: string }[]
}

/** The mail server's part in sending for programs of the server's own sites. Pure. */
export function renderSenders(spec: Pick<ServerSpec, 'sites'>): Senders {
  const senders = mailSenders(spec)
  return {
    services: senders.map(({ site: { slot } }) => {
      const { gateway, subnet } = siteAddress(slot)
      return [
        `${gateway}:${submissionPort} inet n - n - - smtpd`,
        // What is sent is signed by what stands in it: so each door knows its own site alone, whoever comes and logs in.
        `  -o smtpd_sender_login_maps=texthash:/config/${sendersFile(slot)} -o { smtpd_client_restrictions = check_client_access cidr:{{${subnet} DUNNO}, {0.0.0.0/0 REJECT}}, permit_sasl_authenticated, reject }`,
        '  -o syslog_name=postfix/submission -o smtpd_sasl_auth_enable=yes -o smtpd_milters=$submission_milters',
        '  -o smtpd_relay_restrictions=$submission_relay_restrictions -o smtpd_sender_restrictions=$submission_sender_restrictions -o local_header_rewrite_clients=permit_sasl_authenticated',
        '  -o smtpd_client_message_rate_limit=$submission_message_rate_limit -o smtpd_client_recipient_rate_limit=$submission_message_rate_limit',
        `  -o cleanup_service_name=cleanup${slot}`,
        // What a program writes bears its own domain: bounces find back without an address of the server's.
        `cleanup${slot} unix n - n - 0 cleanup -o sender_canonical_maps= -o recipient_canonical_maps= -o header_checks=regexp:/config/${fromFile(slot)}`,
        '',
      ].join('\n')
    }).join(''),
    logins: senders.map(({ site, mail }) => `${site.id} ${mail.password}\n`).join(''),
    files: Object.fromEntries(senders.flatMap(({ site, domains }) => [[sendersFile(site.slot), domains.map((domain) => `@${domain} ${site.id}\n`).join('')], [fromFile(site.slot), fromCheck(domains)]])),
    networks: senders.map(({ site }) => ({ name: `homeport-${site.id}`, address: siteAddress(site.slot).gateway })),
  }
}

const sendersFile = (slot: number): string => `senders${slot}`
const fromFile = (slot: number): string => `from${slot}`

/**
 * One address and nothing that could be read as a second one: signatures (DKIM) are for what stands there, and all sites
 * of a server are signed for.
 */
function fromCheck(domains: readonly string[]): string {
  const address = `[^]<>@,;:"()[[:space:]]+@(${domains.map((domain) => domain.replaceAll('.', '[.]')).join('|')})`
  return [
    `/^From[[:space:]]*:[[:space:]]*${address}[[:space:]]*$/ DUNNO`,
    `/^From[[:space:]]*:[[:space:]]*("([^"\\]|\\\\.)*"|[^]"<>@,;:()[\\]*)[[:space:]]*<${address}>[[:space:]]*$/ DUNNO`,
    '/^(Resent-)?From[[:space:]]*:/ REJECT 5.7.1 This site may send only as one address of its own domains',
    '',
  ].join('\n')
}
