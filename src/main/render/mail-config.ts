import { dkimSelector, type MailSettings } from '../../shared/mail.ts'

const rspamdSocket = 'unix:/run/milter/rspamd.sock'
const dkimSocket = 'unix:/run/milter/dkim.sock'

/** What main.cf says for programs of this server's own sites, of which there are some. What they send is signed. */
export function submissionLines({ rspamd }: Pick<MailSettings, 'rspamd'>): string {
  return [
    'submission_relay_restrictions = permit_sasl_authenticated, reject',
    'submission_sender_restrictions = reject_non_fqdn_sender, check_sender_access inline:{ {<> = REJECT 5.7.1 A program has to say as whom it sends} }, reject_sender_login_mismatch',
    `submission_milters = ${rspamd === true ? rspamdSocket : dkimSocket}`,
    'submission_message_rate_limit = 300',
  ].map((line) => `${line}\n`).join('')
}

/** What postfix's main.cf says of this server alone (postconf(5)). `certificate`: name of the files that it shows. */
export function mainLines({ hostname, smarthost, blocklists, greylist, rspamd }: MailSettings, certificate: string): string {
  return [
    `myhostname = ${hostname}`,
    'myorigin = $myhostname',
    `smtpd_tls_chain_files = /certificates/${certificate}.pem.key, /certificates/${certificate}.pem`,
    `smtpd_milters = ${rspamd === true ? rspamdSocket : `${dkimSocket}, unix:/run/milter/dmarc.sock`}`,
    ...(smarthost === undefined ? ['smtp_tls_security_level = may'] : [
      `relayhost = [${smarthost.host}]:${smarthost.port}`,
      // A password is said only to whom it is meant for. Elsewhere no process has to read all authorities, as any certificate is better than none.
      'smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt',
      'smtp_tls_security_level = secure',
      `smtp_tls_wrappermode = ${smarthost.security === 'tls' ? 'yes' : 'no'}`,
      ...(smarthost.user === undefined ? [] : ['smtp_sasl_auth_enable = yes', 'smtp_sasl_password_maps = texthash:/run/smarthost', 'smtp_sasl_security_options = noanonymous', 'smtp_sasl_tls_security_options = noanonymous']),
    ]),
    ...(blocklists === true ? [
      // One that lists whole networks alone does not decide.
      'postscreen_dnsbl_sites = zen.spamhaus.org=127.0.0.[2..11]*3 bl.spamcop.net*2 b.barracudacentral.org*2 list.dnswl.org=127.0.[0..255].[1..3]*-3',
      'postscreen_dnsbl_threshold = 3',
      'postscreen_dnsbl_action = enforce',
    ] : []),
    ...(greylist === true ? ['postscreen_pipelining_enable = yes', 'postscreen_pipelining_action = enforce', 'postscreen_non_smtp_command_enable = yes', 'postscreen_bare_newline_enable = yes', 'postscreen_bare_newline_action = enforce'] : []),
  ].map((line) => `${line}\n`).join('')
}

/** Names that mail is taken for: the domains, and the server's own, where bounces come back to. */
export function domainTable({ hostname, domains }: MailSettings): string {
  return [hostname, ...domains.map(({ domain }) => domain)].map((domain) => `${domain} forwarded\n`).join('')
}

/** Which address leads where (virtual(5)); `@domain` takes what nothing else takes. */
export function aliasTable({ domains }: MailSettings): string {
  return domains.flatMap(({ domain, aliases, catchAll }) => [
    ...aliases.filter(({ disabled }) => disabled !== true).map(({ name, targets }) => `${name}@${domain} ${targets.join(', ')}\n`),
    ...(catchAll === undefined ? [] : [`@${domain} ${catchAll.join(', ')}\n`]),
  ]).join('')
}

/** Addresses that are refused whatever else is said (access(5)). */
export function refusalTable({ domains }: MailSettings): string {
  return domains.flatMap(({ domain, aliases }) => aliases.filter(({ disabled }) => disabled === true).map(({ name }) => `${name}@${domain} REJECT 5.2.1 This address is switched off\n`)).join('')
}

/** What rspamd's configuration says of this server alone. */
export function rspamdLines({ hostname }: Pick<MailSettings, 'hostname'>): string {
  const common = `use_esld = false; try_fallback = true; allow_username_mismatch = true; allow_hdrfrom_mismatch = true; allow_envfrom_empty = true; selector = "${dkimSelector(hostname)}"; path = "/run/dkim/dkim.key"; check_pubkey = false;`
  return [
    `dkim_signing { sign_authenticated = true; sign_local = false; use_domain = "header"; ${common} }\n`,
    `arc { sign_inbound = true; sign_authenticated = false; sign_local = false; use_domain_sign_inbound = "${hostname}"; ${common} }\n`,
  ].join('')
}
