import { certificateNames, siteNames, type ServerSpec, type Site } from '../../shared/spec.ts'
import type { Authority, DnsProvider, SecretId } from '../../shared/certificate.ts'
import type { Resources } from '../resources.ts'
import { file, shortReference } from './base.ts'
import { sha256 } from './hash.ts'
import type { DesiredState } from './resource.ts'
import { renderSecrets } from './secrets.ts'
import { renderUnitFile } from './unit-file.ts'

export const certificatesFolder = '/etc/homeport/certificates'
const unit = 'homeport-certificates'

/** Python modules in resources/server/certificates. */
const modules = ['__main__', 'alerts', 'desk', 'hetzner', 'order', 'own', 'pem', 'problem', 'proxy', 'rehearsal', 'state'] as const

/** Directories of the authorities that have a name. Sources: letsencrypt.org/docs, zerossl.com/documentation/acme */
const directories = {
  'lets-encrypt': 'https://acme-v02.api.letsencrypt.org/directory',
  'lets-encrypt-staging': 'https://acme-staging-v02.api.letsencrypt.org/directory',
  zerossl: 'https://acme.zerossl.com/v2/DV90',
} as const

export function directoryOf(authority: Authority): string {
  return authority.kind === 'custom' ? authority.directory : directories[authority.kind]
}

/** Seconds until a new record can be seen at all name servers of a provider; the defaults of certbot's plugins but for RFC 2136, where secondaries are notified. */
const propagationSeconds: Readonly<Record<DnsProvider, number>> = { rfc2136: 15, cloudflare: 10, digitalocean: 10, hetzner: 30, ovh: 120, route53: 10 }

/** The server looks at its certificates now. The run does not wait: what an authority does, it does in its own time. */
const lookNow = `install -d -m 0755 /var/lib/homeport/renewals/requests\ntouch /var/lib/homeport/renewals/requests/all\nsystemctl start --no-block ${unit}.service`

/** The server's own care for certificates: what they shall be, a timer, and the program that gets and renews them. */
export function renderCertificates(spec: ServerSpec, resources: Resources): DesiredState {
  const providers = [...new Set(spec.sites.flatMap((site) => dnsOf(site, spec)?.provider ?? []))].sort()
  // Sites without a plugin come first: a record takes its time until all name servers have it.
  const groups = ['automatic', ...providers] as const
  const images = new Set(groups.map((group) => imageOf(group, resources)))
  const sites = spec.sites.map((site) => describeSite(site, spec))
  const { authority, email } = spec.certificates
  const configuration = {
    authority: { directory: directoryOf(authority), ...('eab' in authority && authority.eab !== undefined ? { eab: authority.eab } : {}) },
    ...(email === undefined ? {} : { email }),
    sites,
  }
  return [
    ...[...images].map((ref) => ({ kind: 'image', name: shortReference(ref), group: 'docker', ref }) as const),
    ...modules.map((name) => file('certificates', `/usr/local/lib/homeport/certificates/${name}.py`, resources.text(`certificates/${name}.py`))),
    file('certificates', `/etc/systemd/system/${unit}.service`, renderService()),
    file('certificates', `/etc/systemd/system/${unit}.timer`, renderTimer()),
    file('certificates', `${certificatesFolder}/bundle.pem`, authority.kind === 'custom' && authority.bundle !== undefined ? `${authority.bundle.trim()}\n` : ''),
    file('certificates', `${certificatesFolder}/images`, [...groups.map((group) => startLine(group, spec, resources)), startLine('closing', spec, resources)].join('')),
    // What the server itself goes by: which group may bring a certificate for which names.
    file('certificates', `${certificatesFolder}/sites`, sites.map(({ site, group, names }) => `${[site, group, ...names].join(' ')}\n`).join('')),
    // Addresses of people are for root, and for the container that sends.
    file('certificates', '/etc/homeport/alerts/alerts.json', `${JSON.stringify(spec.alerts, null, 2)}\n`, { mode: 0o600, after: lookNow }),
    ...renderSecrets(spec),
    { kind: 'timer', name: unit, group: 'certificates', isRunning: true },
    // Written when the proxy serves all names.
    file('certificates', `${certificatesFolder}/certificates.json`, `${JSON.stringify(configuration, null, 2)}\n`, { mode: 0o600, after: lookNow }),
  ]
}

/** What a container is started for: a way of proving names, or what comes when all sites had their turn. */
type Group = DnsProvider | 'automatic' | 'closing'

/** A line of `images`: with which image, for what, and the secrets that this takes. */
function startLine(group: Group, spec: ServerSpec, resources: Resources): string {
  return `${[shortReference(imageOf(group, resources)), group, ...new Set(secretsOf(group, spec))].join(' ')}\n`
}

/** certbot's own image, with its plugin for the provider. For Hetzner it has none: ours is among the modules. */
function imageOf(group: Group, { images }: Resources): string {
  return group === 'automatic' || group === 'closing' || group === 'hetzner' ? images.certbot.ref : images[`certbot-dns-${group}`].ref
}

function secretsOf(group: Group, spec: ServerSpec): SecretId[] {
  const { alerts, sites, certificates: { authority } } = spec
  if (group === 'closing') return [alerts.webhook, alerts.mail?.password].filter((secret) => secret !== null && secret !== undefined)
  const account = 'eab' in authority && authority.eab !== undefined ? [authority.eab.secret] : []
  if (group === 'automatic') return [...account, ...sites.flatMap(({ certificate }) => (certificate.kind === 'own' ? [certificate.secret] : []))]
  return [...account, ...sites.flatMap((site) => { const dns = dnsOf(site, spec); return dns?.provider === group ? [dns.secret] : [] })]
}

interface WantedCertificate {
  readonly site: string
  readonly group: Group
  readonly kind: Site['certificate']['kind']
  readonly names: readonly string[]
  readonly served: readonly string[]
  readonly secret?: SecretId
  readonly dns?: { readonly provider: DnsProvider; readonly secret: SecretId; readonly propagationSeconds: number }
  readonly inputs: string
}

function describeSite(site: Site, spec: ServerSpec): WantedCertificate {
  const names = certificateNames(site)
  const dns = dnsOf(site, spec)
  const common = { site: site.id, kind: site.certificate.kind, names, served: siteNames(site) }
  if (site.certificate.kind === 'own') return { ...common, group: 'automatic', secret: site.certificate.secret, inputs: site.certificate.secret }
  if (dns === null) return { ...common, group: 'automatic', inputs: inputsOf(spec) }
  return { ...common, group: dns.provider, dns: { ...dns, propagationSeconds: propagationSeconds[dns.provider] }, inputs: inputsOf(spec, dns.secret) }
}

/** What a new attempt is worth trying for when it changes. */
function inputsOf(spec: ServerSpec, secret = ''): string {
  return sha256(JSON.stringify([spec.certificates.authority, spec.certificates.email ?? '', secret])).slice(0, 16)
}

function dnsOf(site: Site, spec: ServerSpec): { provider: DnsProvider; secret: SecretId } | null {
  const choice = site.certificate
  if (choice.kind !== 'dns') return null
  const account = spec.certificates.dnsAccounts.find((one) => one.id === choice.account)
  return account === undefined ? null : { provider: account.provider, secret: account.secret }
}

function renderService(): string {
  return renderUnitFile({
    Unit: [['Description', 'Homeport: get and renew certificates'], ['Documentation', 'file:/etc/homeport/README.md'],
      ['Wants', 'network-online.target'], ['After', 'docker.service network-online.target homeport-proxy.service'], ['StartLimitIntervalSec', '0']],
    Service: [
      ['Type', 'oneshot'],
      ['ExecStart', '/usr/local/lib/homeport/renew-certificates --if-due'],
      ['TimeoutStartSec', '4h'],
      ['Nice', '10'],
      // Every few minutes it finds that nothing is due: that need not be in the journal.
      ['SyslogLevel', 'notice'],
      ['LogLevelMax', 'notice'],
    ],
  })
}

function renderTimer(): string {
  return renderUnitFile({
    Unit: [['Description', 'Homeport: look every few minutes whether a certificate is due']],
    Timer: [['OnBootSec', '1min'], ['OnActiveSec', '5min'], ['OnUnitInactiveSec', '5min'], ['RandomizedDelaySec', '30'], ['AccuracySec', '15s']],
    Install: [['WantedBy', 'timers.target']],
  })
}
