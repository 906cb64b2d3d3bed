import type { ServerSpec, Site } from '../../shared/spec.ts'
import { mailCertificateId, siteNames } from '../../shared/spec.ts'
import type { MailSettings } from '../../shared/mail.ts'
import { dkimSelector } from '../../shared/mail.ts'
import { policyHost, policyText } from '../../shared/mail-policy.ts'
import type { Resources } from '../resources.ts'
import { file, shortReference } from './base.ts'
import { renderContainerUnit } from './container-unit.ts'
import { sha256, shortHash } from './hash.ts'
import { aliasTable, domainTable, mainLines, refusalTable, rspamdLines, submissionLines } from './mail-config.ts'
import { renderSenders } from './mail-senders.ts'
import type { DesiredState } from './resource.ts'
import { environmentLine } from './unit-file.ts'

/** Unit (without suffix) and container of the mail server. */
export const mailUnit = 'homeport-mail'
const folder = '/etc/homeport/mail'
/** What outlives the container: the queue, what postfix remembers of its visitors, and the key of SRS. */
export const mailState = '/var/lib/homeport/mail'
/** Laid out by `mail-lay-out`. */
const given = '/run/homeport/mail'
/** The group of postfix in the image (mail/Dockerfile): whom mail goes to is for root and for it. */
const postfixGroup = 65520
/** To bind port 25, to become the users of its parts, and to give them their folders. */
const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID']

/** The mail server: postfix in a container on the host's network, so that it sees who comes. Nothing of it is there while the server takes no mail. */
export function renderMail(spec: ServerSpec, resources: Resources): DesiredState {
  const { mail } = spec
  if (mail === undefined) return []
  const base = shortReference(resources.images.debian.ref)
  const dockerfile = resources.text('mail/Dockerfile').replace('{BASE}', base).replace('{FILTER}', mail.rspamd === true ? 'rspamd' : 'opendkim opendmarc')
  const image = `homeport/mail:${shortHash(dockerfile)}`
  const senders = renderSenders(spec)
  // In the order in which `mail-hash` on the server reads them.
  const loaded = {
    'main.cf': `${resources.text('mail/main.cf')}\n${mainLines(mail, mailCertificateId(spec, mail))}${senders.services === '' ? '' : submissionLines(mail)}`,
    'master.cf': `${resources.text('mail/master.cf')}${senders.services}`,
    domains: domainTable(mail),
    aliases: aliasTable(mail),
    refused: refusalTable(mail),
    logins: senders.logins,
    ...senders.files,
  }
  const started = { run: resources.text('mail/run'), prepare: resources.text('mail/prepare'), 'smtpd.conf': resources.text('mail/smtpd.conf'), settings: renderStart(mail, mailCertificateId(spec, mail)), ...filterFiles(mail, resources) }
  const unit = renderContainerUnit({
    name: mailUnit,
    description: 'Homeport: mail server that forwards',
    ready: '127.0.0.1:25',
    image,
    arguments: [
      '--network', 'host', '--read-only', '--tmpfs', '/tmp:size=64m', '--tmpfs', '/run:mode=755,size=16m', '--cap-drop', 'ALL', ...capabilities.flatMap((capability) => ['--cap-add', capability]),
      '--security-opt', 'no-new-privileges', '--pids-limit', '500', '--ulimit', 'nofile=16384:16384',
      '--volume', `${folder}:/config:ro`, '--volume', '/etc/ssl/certs:/etc/ssl/certs:ro', 
      '--volume', `${mailState}/queue:/var/spool/postfix`, '--volume', `${mailState}/state:/var/lib/postfix`, '--volume', `${mailState}/keys:/keys:ro`,
      // One certificate, and the passwords that are its own.
      '--volume', `${given}/certificates:/certificates:ro`, '--volume', `${given}/secrets:/secrets:ro`,
      // It takes half a minute to make anew, and nothing is lost with it.
      ...(mail.rspamd === true ? ['--volume', `${mailState}/rspamd:/var/lib/rspamd`] : []),
    ],
    command: [],
    // What is being received or sent is finished; the rest is in the queue.
    stopTimeoutSeconds: 15,
    startInputs: Object.values(started),
    before: [`/usr/bin/install -d -m 0755 /run/homeport ${mailState}/queue ${mailState}/state${mail.rspamd === true ? ` ${mailState}/rspamd` : ''}`, '/usr/local/lib/homeport/mail-lay-out',
      // Before the start: what changes while it starts is then loaded once more and never forgotten.
      "/bin/sh -c 'exec /usr/local/lib/homeport/mail-hash >/run/homeport/mail.loaded'"],
    reload: '/usr/local/lib/homeport/mail-reload',
  })
  return [
    ...['mail-hash', 'mail-reload', 'mail-lay-out'].map((name) => file('homeport', `/usr/local/lib/homeport/${name}`, resources.text(`lib/${name}`), { mode: 0o755 })),
    ...Object.entries(loaded).map(([name, content]) => file('mail', `${folder}/${name}`, content, /^(main|master)\.cf$/.test(name) ? {} : { mode: 0o640, gid: postfixGroup })),
    ...Object.entries(started).map(([name, content]) => file('mail', `${folder}/${name}`, content)),
    file('mail', `/etc/systemd/system/${mailUnit}.service`, unit.content),
    { kind: 'image', name: base, group: 'docker', ref: resources.images.debian.ref },
    { kind: 'image', name: image, group: 'docker', ref: image, build: dockerfile },
    ...mailSites(spec).map((site) => ({ kind: 'certificate', name: site.id, group: 'mail', domains: siteNames(site) }) as const),
    { kind: 'mail-data', name: mailUnit, group: 'mail' },
    { kind: 'container', name: mailUnit, group: 'mail', hash: unit.hash, isRunning: true },
    { kind: 'mail-config', name: mailUnit, group: 'mail', hash: sha256(Object.values(loaded).join('')), networks: senders.networks },
  ]
}

/**
 * The name of the mail server, and those at which policies are asked for, as sites of the proxy's: so they get certificates
 * like any other name, and visitors get a word. None for a name that a site of this server has already.
 */
export function mailSites({ mail, sites }: ServerSpec): readonly Site[] {
  if (mail === undefined) return []
  const taken = new Set(sites.flatMap((site) => [site.id, ...siteNames(site)]))
  const source = { kind: 'notice', title: 'This is a mail server', text: 'Mail for its domains is taken here and forwarded. There is nothing to see.' } as const
  return [...new Set([mail.hostname, ...mailPolicies(mail).keys()])].filter((name) => !taken.has(name))
    .map((name) => ({ id: name, slot: 4095, domain: name, www: false, source, paused: false, certificate: { kind: 'automatic' }, hsts: false }))
}

/** What other mail servers are asked to insist on (MTA-STS), by the name at which they ask for it. */
export function mailPolicies({ hostname, domains }: Pick<MailSettings, 'hostname' | 'domains'>): ReadonlyMap<string, string> {
  return new Map(domains.flatMap(({ domain, mtaSts }) => (mtaSts === undefined ? [] : [[policyHost(domain), policyText(hostname, mtaSts)] as const])))
}

/** What `run` reads with bash. */
function renderStart({ hostname, smarthost, rspamd }: MailSettings, certificate: string): string {
  return [
    '# What the mail server is started with.\n',
    environmentLine('HOSTNAME_OF_MAIL', hostname),
    environmentLine('CERTIFICATE', certificate),
    environmentLine('DKIM_SELECTOR', dkimSelector(hostname)),
    environmentLine('FILTER', rspamd === true ? 'rspamd' : 'opendkim'),
    ...(smarthost?.user === undefined || smarthost.password === undefined ? []
      : [environmentLine('SMARTHOST', `[${smarthost.host}]:${smarthost.port}`), environmentLine('SMARTHOST_USER', smarthost.user), environmentLine('SMARTHOST_SECRET', smarthost.password)]),
  ].join('')
}

/** How messages are looked at: by rspamd, which finds its file by this name, or by two small programs. */
function filterFiles(mail: MailSettings, resources: Resources): Readonly<Record<string, string>> {
  if (mail.rspamd === true) return { 'rspamd.conf.override': `${resources.text('mail/rspamd.conf')}${rspamdLines(mail)}` }
  return { 'opendkim.conf': withAuthority(resources.text('mail/opendkim.conf'), mail, false), 'opendmarc.conf': withAuthority(resources.text('mail/opendmarc.conf'), mail, true) }
}

/** By this name the one notes what it found, and the other trusts what is noted. */
function withAuthority(text: string, { hostname }: MailSettings, isTrusting: boolean): string {
  return `${text}AuthservID ${hostname}\n${isTrusting ? `TrustedAuthservIDs ${hostname}\n` : ''}`
}
