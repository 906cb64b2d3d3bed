import type { ChangeGroup } from '../../shared/plan.ts'
import type { Gone } from './planned-change.ts'

/** What a resource is, in words for a person. */
export function titleOf({ kind, name }: Gone): string {
  switch (kind) {
    case 'packages': return 'Docker and system packages'
    case 'file': return fileTitle(name)
    case 'sysctl': return `Kernel setting ${name}`
    case 'docker-settings': return 'Settings of Docker'
    case 'user': return `System user ${name}`
    case 'image': return `Container image ${name}`
    case 'network': return name === 'homeport-static' ? 'Private network of the web server of all static sites' : name === 'homeport-builds' ? 'Network of builds' : `Private network of ${name.replace(/^homeport-/, '')}`
    case 'certificate': return `Certificate of ${name}`
    case 'secret': return 'A secret that only the server has'
    case 'site-data': return `Data folder of ${name}`
    case 'release': return `Published version of ${name}`
    case 'container': return name === 'homeport-proxy' ? 'Proxy in front of all sites' : name === 'homeport-static' ? 'Web server of all static sites' : name === 'homeport-mail' ? 'Mail server' : `Web server of ${name.replace(/^homeport-/, '')}`
    case 'app': return `Container of ${name}`
    case 'timer': return name === 'homeport-certificates' ? 'Timer that renews certificates' : `Timer that pulls ${name.replace(/^homeport-(.*)-pull$/, '$1')}`
    case 'socket': return 'Where SFTP accounts come in'
    case 'sftp-account': return `SFTP account ${name}`
    case 'firewall': return 'Firewall around containers of sites'
    case 'mail-data': return 'Mail that waits, and the keys of the mail server'
    case 'mail-config': return 'Configuration that the mail server has loaded'
    case 'static-config': return 'Configuration that the web server of all static sites has loaded'
    case 'proxy-config': return 'Configuration that the proxy has loaded'
  }
}

/** The group of something whose spec is gone, from its name. */
export function groupOfGone({ kind, name }: Gone): ChangeGroup {
  if (kind === 'image' || kind === 'docker-settings') return 'docker'
  if (kind === 'packages' || kind === 'user' || kind === 'sysctl') return 'system'
  if (kind === 'mail-data') return 'mail'
  if (name.startsWith('/etc/ssh/') || /^(\/etc\/systemd\/system\/)?homeport-firewall(\.service)?$/.test(name) || /\/homeport\/firewall(\.nft)?$/.test(name)) return 'system'
  if (name.includes('homeport-sftp')) return 'homeport'
  if (/^(\/etc\/systemd\/system\/)?homeport-mail(\.service)?$/.test(name) || name.startsWith('/etc/homeport/mail/')) return 'mail'
  if (/^(\/etc\/systemd\/system\/)?homeport-proxy(\.service)?$/.test(name) || name.startsWith('/etc/homeport/proxy/')) return 'proxy'
  if (kind === 'secret' || name.includes('homeport-certificates') || /^\/etc\/homeport\/(certificates|alerts)\//.test(name) || name.startsWith('/usr/local/lib/homeport/certificates/')) return 'certificates'
  if (/^(\/etc\/systemd\/system\/)?homeport-static(\.service)?$/.test(name)) return 'homeport'
  const site = siteOf({ kind, name })
  return site === null ? 'homeport' : `site:${site}`
}

function siteOf({ kind, name }: Gone): string | null {
  if (kind === 'certificate' || kind === 'site-data' || kind === 'release' || kind === 'app') return name
  const match = /^\/etc\/homeport\/sites\/([^/]+)\//.exec(name) ?? /^\/etc\/homeport\/static\/sites\/([^/]+)\.conf$/.exec(name) ?? /^(?:\/etc\/systemd\/system\/)?homeport-([a-z0-9.-]+?)(?:-pull|-build|-blue|-green)?(?:\.service|\.timer)?$/.exec(name)
  return match?.[1] ?? null
}

/** Files by what they are for; the path itself stands in the comparison. */
const fileTitles: readonly (readonly [RegExp, string])[] = [
  [/^\/etc\/homeport\/spec\.json$/, 'What you want from this server'],
  [/^\/etc\/homeport\/README\.md$/, 'Notes for administrators'],
  [/^\/etc\/homeport\/builds\.conf$/, 'What all builds share'],
  [/^\/etc\/homeport\/firewall\.nft$/, 'What containers of sites may reach'],
  [/^\/etc\/systemd\/system\/homeport-firewall\.service$/, 'Service file of the firewall'],
  [/^\/etc\/homeport\/proxy\/pages\/(.+)$/, 'Page that the proxy shows: $1'],
  [/^\/etc\/homeport\/proxy\/(.+)$/, 'Configuration of the proxy: $1'],
  [/^\/etc\/homeport\/static\/sites\/([^/]+)\.conf$/, 'How the files of $1 are served'],
  [/^\/etc\/homeport\/static\/(.+)$/, 'Configuration of the web server of all static sites: $1'],
  [/^\/etc\/systemd\/system\/homeport-static\.service$/, 'Service file of the web server of all static sites'],
  [/^\/etc\/homeport\/mail\/aliases$/, 'Where each address leads'],
  [/^\/etc\/homeport\/mail\/domains$/, 'Domains that mail is taken for'],
  [/^\/etc\/homeport\/mail\/refused$/, 'Addresses that are switched off'],
  [/^\/etc\/homeport\/mail\/(.+)$/, 'Configuration of the mail server: $1'],
  [/^\/etc\/systemd\/system\/homeport-mail\.service$/, 'Service file of the mail server'],
  [/^\/etc\/homeport\/sites\/([^/]+)\/nginx\/nginx\.conf$/, 'Configuration of the web server of $1'],
  [/^\/etc\/homeport\/sites\/([^/]+)\/pull\.env$/, 'Git repository of $1'],
  [/^\/etc\/homeport\/sites\/([^/]+)\/app\.env$/, 'Environment of the container of $1'],
  [/^\/etc\/homeport\/sites\/([^/]+)\/app\.conf$/, 'How the container of $1 is run'],
  [/^\/etc\/systemd\/system\/homeportbuild\d+\.slice$/, 'What one build may take of the server'],
  [/^\/etc\/systemd\/system\/homeport-(.+)-build\.service$/, 'File of the service that builds $1'],
  [/^\/etc\/systemd\/system\/homeport-(.+)-(blue|green)\.service$/, 'Service file of $1 ($2)'],
  [/^\/etc\/homeport\/certificates\/certificates\.json$/, 'Certificates that the server gets and renews by itself'],
  [/^\/etc\/homeport\/certificates\/images$/, 'Programs that get certificates'],
  [/^\/etc\/homeport\/certificates\/sites$/, 'Names that may get certificates'],
  [/^\/etc\/homeport\/alerts\/alerts\.json$/, 'Where alerts go'],
  [/^\/etc\/homeport\/certificates\/bundle\.pem$/, 'Authorities of your own that are trusted'],
  [/^\/etc\/systemd\/system\/homeport-certificates\.(service|timer)$/, 'File of the $1 that renews certificates'],
  [/^\/etc\/homeport\/sftp\/([^/]+)\.keys$/, 'Keys of the SFTP account $1'],
  [/^\/etc\/ssh\/sshd_config\.d\/00-homeport-sftp\.conf$/, 'What SFTP accounts may do on this server: one site, and no more'],
  [/^\/etc\/systemd\/system\/homeport-sftp\.socket$/, 'File of where SFTP accounts come in'],
  [/^\/etc\/systemd\/system\/homeport-sftp@\.service$/, 'File of the service for each SFTP session'],
  [/^\/etc\/systemd\/system\/homeport-proxy\.service$/, 'Service file of the proxy'],
  [/^\/etc\/systemd\/system\/homeport-(.+)-pull\.(service|timer)$/, 'File of the $2 that pulls $1'],
  [/^\/etc\/systemd\/system\/homeport-(.+)\.service$/, 'Service file of $1'],
  [/^\/etc\/systemd\/system\/docker\.service\.d\/.*$/, 'Docker is started again whatever happens'],
  [/^\/etc\/systemd\/journald\.conf\.d\/.*$/, "Limit for the size of the system's log"],
  [/^\/etc\/sysctl\.d\/.*$/, 'Kernel settings at start'],
  [/^\/usr\/local\/lib\/homeport\/(.+)$/, 'Script: $1'],
]

function fileTitle(path: string): string {
  const found = fileTitles.find(([pattern]) => pattern.test(path))
  return found === undefined ? `File ${path}` : path.replace(found[0], found[1])
}
