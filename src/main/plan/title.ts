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
    case 'network': return `Private network of ${name.replace(/^homeport-/, '')}`
    case 'certificate': return `Certificate of ${name}`
    case 'site-data': return `Data folder of ${name}`
    case 'release': return `Published version of ${name}`
    case 'container': return name === 'homeport-proxy' ? 'Proxy in front of all sites' : `Web server of ${name.replace(/^homeport-/, '')}`
    case 'timer': return `Timer that pulls ${name.replace(/^homeport-(.*)-pull$/, '$1')}`
    case 'proxy-config': return 'Configuration that the proxy has loaded'
  }
}

/** The group of something whose spec is gone, from its name. */
export function groupOfGone({ kind, name }: Gone): ChangeGroup {
  if (kind === 'image' || kind === 'docker-settings') return 'docker'
  if (kind === 'packages' || kind === 'user' || kind === 'sysctl') return 'system'
  if (/^(\/etc\/systemd\/system\/)?homeport-proxy(\.service)?$/.test(name) || name.startsWith('/etc/homeport/proxy/')) return 'proxy'
  const site = siteOf({ kind, name })
  return site === null ? 'homeport' : `site:${site}`
}

function siteOf({ kind, name }: Gone): string | null {
  if (kind === 'certificate' || kind === 'site-data' || kind === 'release') return name
  const match = /^\/etc\/homeport\/sites\/([^/]+)\//.exec(name) ?? /^(?:\/etc\/systemd\/system\/)?homeport-([a-z0-9.-]+?)(?:-pull)?(?:\.service|\.timer)?$/.exec(name)
  return match?.[1] ?? null
}

/** Files by what they are for; the path itself stands in the comparison. */
const fileTitles: readonly (readonly [RegExp, string])[] = [
  [/^\/etc\/homeport\/spec\.json$/, 'What you want from this server'],
  [/^\/etc\/homeport\/README\.md$/, 'Notes for administrators'],
  [/^\/etc\/homeport\/proxy\/pages\/(.+)$/, 'Page that the proxy shows: $1'],
  [/^\/etc\/homeport\/proxy\/(.+)$/, 'Configuration of the proxy: $1'],
  [/^\/etc\/homeport\/sites\/([^/]+)\/nginx\/nginx\.conf$/, 'Configuration of the web server of $1'],
  [/^\/etc\/homeport\/sites\/([^/]+)\/pull\.env$/, 'Git repository of $1'],
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
