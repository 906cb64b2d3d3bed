import { needsNewVersion } from '../plan/app.ts'
import { packageNeeds } from '../plan/packages.ts'
import { parseUses } from '../plan/secret.ts'
import type { Gone, PlannedChange } from '../plan/planned-change.ts'
import { ownedPath } from '../facts/spec.ts'
import type { Facts } from '../facts/facts.ts'
import { sha256 } from '../render/hash.ts'
import type { Resource, ResourceOf } from '../render/resource.ts'
import { sftpSshdPath } from '../render/sftp.ts'
import { installPackages, removePackages } from './packages.ts'
import { commandLine, quote } from './quote.ts'

/** Shell text of one change, and the files that it writes, by the name they have in the run's folder. */
export interface ChangeScript { readonly script: string; readonly files: ReadonlyMap<string, string> }

const none: ReadonlyMap<string, string> = new Map()

/** How one change is done. Noops have no script. */
export function changeScript(change: PlannedChange, facts: Facts): ChangeScript {
  if (change.verdict === 'noop') return { script: '', files: none }
  if (change.id === 'mail/send') return { script: 'send_mail', files: none }
  if (change.id === 'systemd/units') return { script: 'systemctl daemon-reload', files: none }
  if (change.id === 'record/owned') return change.content === undefined ? { script: leave(change.data === 'delete'), files: none } : writeFile(ownedPath, change.content, 0o600)
  if (change.gone !== null) return removal(change.gone, change)
  if (change.resource === null) throw new Error(`The change ${change.id} has neither a resource nor something that goes.`)
  return creation(change.resource, change, facts)
}

function creation(resource: Resource, change: PlannedChange, facts: Facts): ChangeScript {
  switch (resource.kind) {
    case 'file': {
      const written = resource.placedBy === undefined ? writeFile(resource.name, resource.content, resource.mode, resource.gid) : placeFile(resource.placedBy, resource.content)
      return resource.after === undefined ? written : { ...written, script: `${written.script}\n${resource.after}` }
    }
    case 'docker-settings': {
      const written = writeFile('/etc/docker/daemon.json', change.content ?? '', 0o644)
      return { ...written, script: `${written.script}\n${reloadDocker(JSON.parse(change.content ?? '{}') as Record<string, unknown>)}` }
    }
    default:
      return { script: creationScript(resource, change, facts), files: none }
  }
}

function creationScript(resource: Exclude<Resource, { kind: 'file' | 'docker-settings' }>, change: PlannedChange, facts: Facts): string {
  const name = resource.name
  switch (resource.kind) {
    case 'packages': return installPackages(packageNeeds(resource, facts), resource, facts)
    case 'sysctl': return commandLine('sysctl', '--quiet', '--write', `${name}=${resource.value}`)
    case 'user': return commandLine('useradd', '--system', '--user-group', '--home-dir', '/var/lib/homeport', '--no-create-home', '--shell', '/usr/sbin/nologin', name)
    case 'image': return resource.build === undefined ? pullScript(resource, change) : `${commandLine('printf', '%s', resource.build)} | ${commandLine('build_image', resource.name, baseOf(resource.build))}`
    case 'network': return networkScript(resource, change)
    case 'certificate': return [commandLine('mkdir', '-p', '/var/lib/homeport/certificates'), commandLine('/usr/local/lib/homeport/self-signed', name, ...resource.domains)].join('\n')
    case 'mail-data':
    case 'secret': throw new Error(`A ${resource.kind} is never made by a plan.`)
    case 'site-data':
      return [
        commandLine('install', '-d', '--mode=0755', '/srv/homeport', '/var/lib/homeport', '/var/lib/homeport/sites'),
        ...(change.verdict === 'create' && resource.copyOf !== undefined ? [commandLine('/usr/local/lib/homeport/copy-site', resource.copyOf, name)] : []),
        commandLine('install', '-d', `--mode=${resource.isPrivate === true ? '0750' : '0755'}`, '--owner=homeport', '--group=homeport', `/srv/homeport/${name}`),
        commandLine('install', '-d', '--mode=0755', '--owner=homeport', '--group=homeport', `/var/lib/homeport/sites/${name}`),
        // Data from a backup or from before an uninstall may belong to anybody. What a container writes belongs to whom it says.
        // chown -R holds on to the folder that it is in (fts(3)): nothing that is swapped meanwhile leads it elsewhere.
        ...[`/srv/homeport/${name}`, `/var/lib/homeport/sites/${name}`].map((folder) => commandLine('find', folder, '-mindepth', '1', '-maxdepth', '1', ...(folder.startsWith('/srv/') ? ['!', '-name', 'data'] : []), '-exec', 'chown', '-R', '-h', '-P', 'homeport:homeport', '{}', '+')),
      ].join('\n')
    case 'release': return releaseScript(resource)
    case 'container': return resource.isRunning ? commandLine('start_unit', `${name}.service`) : commandLine('stop_unit', `${name}.service`)
    case 'app': return appScript(resource, change, facts)
    case 'socket': return commandLine('start_unit', `${name}.socket`)
    case 'sftp-account': return commandLine('make_sftp_account', name)
    case 'timer': return resource.isRunning ? commandLine('start_unit', `${name}.timer`) : commandLine('stop_unit', `${name}.timer`)
    // Loaded where it is loaded already: there is no moment without it.
    case 'firewall': return [commandLine('systemctl', 'enable', '--quiet', `${name}.service`), commandLine('ask_unit', 'reload-or-restart', `${name}.service`)].join('\n')
    case 'proxy-config':
    case 'mail-config':
    case 'static-config': return commandLine('ask_unit', 'reload', `${name}.service`)
  }
}

/** The image that a Dockerfile of ours begins with. */
function baseOf(dockerfile: string): string {
  return /^FROM (\S+)$/m.exec(dockerfile)?.[1] ?? ''
}

/** By the digest that the plan shows, where it shows one; the tag is what everything on the server knows it by. */
function pullScript({ ref, name }: ResourceOf<'image'>, { digest }: PlannedChange): string {
  if (digest === undefined) return commandLine('with_room', 'docker', 'pull', ref)
  const exact = `${ref.slice(0, ref.lastIndexOf(':'))}@${digest}`
  return `${commandLine('with_room', 'docker', 'pull', exact)} && ${commandLine('docker', 'tag', exact, name)}`
}

function networkScript(resource: ResourceOf<'network'>, change: PlannedChange): string {
  const create = commandLine('make_network', ...(resource.internal === false ? [] : ['--internal']), '--driver', 'bridge', '--label', 'homeport=1',
    '--subnet', resource.subnet, '--gateway', resource.gateway, '--ip-range', resource.dynamicRange,
    '--opt', `com.docker.network.bridge.name=${resource.bridge}`, resource.name)
  if (change.verdict !== 'replace') return create
  const users = ['', '-blue', '-green'].map((colour) => `${commandLine('systemctl', 'stop', '--quiet', `${resource.name}${colour}.service`)} 2>/dev/null || true`)
  return [...users, commandLine('docker', 'network', 'rm', resource.name), create].join('\n')
}

function appScript(resource: ResourceOf<'app'>, change: PlannedChange, facts: Facts): string {
  const { name } = resource
  if (!resource.isRunning) return ['blue', 'green'].map((colour) => commandLine('stop_unit', `homeport-${name}-${colour}.service`)).join('\n')
  if (change.digest !== undefined) return commandLine('/usr/local/lib/homeport/pull-image', name, change.digest)
  return needsNewVersion(resource, facts) ? commandLine('fetch_site', name) : commandLine('/usr/local/lib/homeport/deploy', name)
}

function releaseScript(resource: ResourceOf<'release'>): string {
  const releases = quote(`/srv/homeport/${resource.name}/releases`)
  // Restored by an administrator it would be root's, and nothing could be published into it.
  const own = `if [ -d ${releases} ]; then chown -h homeport:homeport ${releases}; fi`
  if (resource.inputs.length > 0) {
    const unit = `homeport-${resource.name}-pull.service`
    return `${own}\n${commandLine('ask_unit', 'restart', unit)}`
  }
  const release = resource.release ?? ''
  const upload = `/var/lib/homeport/uploads/${release}`
  return [
    own,
    `if [ -d ${quote(upload)} ]; then ${commandLine('chown', '-R', '-h', 'homeport:homeport', upload)}; fi`,
    commandLine('/usr/local/lib/homeport/publish-upload', resource.name, release),
    commandLine('rm', '-rf', upload),
  ].join('\n')
}

function removal({ kind, name }: Gone, change: PlannedChange): ChangeScript {
  if (kind === 'docker-settings') return removeDockerSettings(change)
  return { script: removalScript(kind, name, change), files: none }
}

function removalScript(kind: Exclude<Gone['kind'], 'docker-settings'>, name: string, change: PlannedChange): string {
  switch (kind) {
    case 'firewall':
    case 'container': return commandLine('stop_unit', `${name}.service`)
    // What the timer started may be at it still, and would put back what goes next.
    case 'app': return commandLine('/usr/local/lib/homeport/remove-app', name)
    case 'socket': return commandLine('stop_unit', `${name}.socket`)
    case 'sftp-account': return commandLine('remove_sftp_account', name)
    case 'timer': return [commandLine('stop_unit', `${name}.timer`), commandLine('stop_unit', `${name}.service`)].join('\n')
    case 'file': return `${commandLine('remove_file', name)}${afterRemoval(name)}`
    case 'network': return commandLine('docker', 'network', 'rm', name)
    case 'image': return [...(/(^|\/)certbot/.test(name) ? [commandLine('stop_unit', 'homeport-certificates.service')] : []), commandLine('forget_image', name)].join('\n')
    case 'certificate': return commandLine('rm', '-f', `/var/lib/homeport/certificates/${name}.pem`, `/var/lib/homeport/certificates/${name}.pem.key`)
    case 'secret': return [...(change.data === 'archive' ? parseUses(change.before ?? '') : []).map(({ site, variable }) => commandLine('keep_secret', name, site, variable)), commandLine('rm', '-f', `/var/lib/homeport/secrets/${name}.key`)].join('\n')
    case 'site-data': return removeSiteData(name, change)
    case 'mail-data': return change.data === 'delete' ? 'rm -rf /var/lib/homeport/mail/queue' : 'keep_mail'
    case 'sysctl': return commandLine('sysctl', '--quiet', '--write', `${name}=${change.before ?? ''}`)
    case 'user': return commandLine('userdel', name)
    case 'packages': return removePackages
    case 'release':
    case 'static-config':
    case 'mail-config':
    case 'proxy-config': throw new Error(`A ${kind} has no removal of its own.`)
  }
}

function afterRemoval(path: string): string {
  // Its script goes after it. What sshd keeps where that is gone is for a group that is gone too.
  if (path === sftpSshdPath) return '\nif [ -x /usr/local/lib/homeport/sftp-sshd ]; then /usr/local/lib/homeport/sftp-sshd removed; fi'
  // What it laid out is of use to nobody any more.
  if (path === '/usr/local/lib/homeport/mail-lay-out') return '\nrm -rf /run/homeport/mail'
  const built = /^\/etc\/systemd\/system\/homeport-(.+)-build\.service$/.exec(path)?.[1]
  if (built !== undefined) return `\nsystemctl daemon-reload\n${removeBuildCache(built)}`
  if (path.startsWith('/etc/systemd/system/')) return '\nsystemctl daemon-reload'
  // The proxy does not lead there any more. Where no static site is left, the web server has gone before.
  if (path.startsWith('/etc/homeport/static/sites/')) return '\nif systemctl is-active --quiet homeport-static.service; then systemctl reload homeport-static.service; fi'
  return ''
}

/** What the builds of a site left for the next one, and what one that was killed left; its service was stopped before. */
function removeBuildCache(siteId: string): string {
  return [
    `${commandLine('docker', 'rm', '--force', `homeport-${siteId}-build`)} >/dev/null 2>&1 || true`,
    // Of an engine that does not answer docker says nothing, and calls that a success.
    "root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null || true)",
    'caches=${root:-/var/lib/docker}/homeport-builds',
    `rm -rf "$caches"/${quote(siteId)} "$caches"/${quote(siteId)}.lock "$caches"/${quote(siteId)}.log`,
    'rmdir "$caches" 2>/dev/null || true',
  ].join('\n')
}

function removeSiteData(siteId: string, change: PlannedChange): string {
  const folders = [`/srv/homeport/${siteId}`, `/var/lib/homeport/sites/${siteId}`]
  // With the secret values that were kept beside them when Homeport was here before.
  if (change.data === 'delete') return commandLine('remove_tree', ...folders, `/srv/homeport/.secrets/${siteId}`)
  return `${commandLine('/usr/local/lib/homeport/archive', 'keep', siteId)}\n${commandLine('remove_tree', ...folders)}`
}

function removeDockerSettings(change: PlannedChange): ChangeScript {
  const path = '/etc/docker/daemon.json'
  const content = change.content ?? ''
  const others = content === '' ? {} : (JSON.parse(content) as Record<string, unknown>)
  // A running engine keeps a setting that its file no longer names: it is told the default before the file goes.
  const settings = { 'live-restore': false, ...others }
  const told = writeFile(path, `${JSON.stringify(settings, null, 2)}\n`, 0o644)
  const left = content === '' ? { script: commandLine('rm', '-f', path), files: none } : writeFile(path, content, 0o644)
  // Not before the engine has read it: what it never saw, it would not undo.
  return { script: [told.script, reloadDocker(settings), left.script].join('\n'), files: new Map([...told.files, ...left.files]) }
}

function reloadDocker(settings: Record<string, unknown>): string {
  return commandLine('reload_docker', String(settings['live-restore'] === true))
}

function writeFile(path: string, content: string, mode: number, gid?: number): ChangeScript {
  const name = sha256(content).slice(0, 16)
  return { script: commandLine('put', name, path, `0${mode.toString(8)}`, `root:${gid ?? 'root'}`), files: new Map([[name, content]]) }
}

/** As `writeFile`, where a program has the last word. */
function placeFile(program: readonly string[], content: string): ChangeScript {
  const name = sha256(content).slice(0, 16)
  return { script: commandLine(...program, `files/${name}`), files: new Map([[name, content]]) }
}

/** The run's own folder goes last, when the run has ended and its end could be read. Everything else is gone by then, whatever comes in between. */
function leave(isDataDeleted: boolean): string {
  return [
    // Never through what is mounted there.
    "sed -n 's#^[^ ]* \\(/run/homeport/[^ ]*\\) .*#\\1#p' /proc/self/mounts | tac | xargs --no-run-if-empty umount --lazy",
    isDataDeleted ? 'remove_kept_data' : 'rmdir /srv/homeport 2>/dev/null || true',
    'rmdir /etc/homeport 2>/dev/null || true',
    // What came after the plan was made is nothing that anybody agreed to lose.
    'if [ "$(mail_waiting)" != 0 ]; then keep_mail; fi',
    "mapfile -t -d '' rest < <(find /var/lib/homeport -mindepth 1 -maxdepth 1 ! -name runs ! -name owned.json -print0)",
    'remove_tree "${rest[@]}"',
    // Where the disk was full, runs are in memory.
    'mkdir -p /run/homeport/runs',
    'find /var/lib/homeport/runs /run/homeport/runs -mindepth 1 -maxdepth 1 ! -name "${PWD##*/}" -exec rm -rf \'{}\' +',
    "find /run/homeport -mindepth 1 -maxdepth 1 ! -name runs -exec rm -rf --one-file-system '{}' +",
    'rmdir /run/homeport/runs /run/homeport 2>/dev/null || true',
    'rm -f /var/lib/homeport/owned.json',
    'remove_run_later',
  ].join('\n')
}
