import type { PreflightCheck } from '../../shared/preflight.ts'
import type { Facts, SystemFacts } from './facts.ts'

/** The first Docker with everything that Homeport uses (start interval of health checks). */
const minimalDocker = 25
const checkAgainSoon = 'Wait a minute or two, then check again: this passes by itself.'

export function checkDocker({ docker }: Pick<Facts, 'docker'>): PreflightCheck {
  const check = { name: 'docker', title: 'Docker' } as const
  const version = docker.version ?? docker.clientVersion
  switch (docker.origin) {
    case 'none': return { ...check, state: 'fine', found: 'Not installed yet; Homeport installs it', advice: '' }
    case 'snap': return { ...check, state: 'blocker', found: `Docker ${version ?? ''} as a snap`.replace('  ', ' '), advice: 'The snap package of Docker cannot see the folders in which Homeport keeps your sites. If nothing in it is needed any more, remove it (as root: "snap remove --purge docker", which deletes its containers and their data), then check again: Homeport installs the usual package.' }
    case 'podman': return { ...check, state: 'blocker', found: 'Podman under the name of Docker', advice: 'Another program, Podman, stands in for Docker here. Remove the stand-in (as root: "apt-get remove podman-docker"), then check again. Podman itself can stay.' }
    default:
  }
  if (version === null) return { ...check, state: 'warning', found: 'Installed, but it does not run', advice: 'Homeport tries to start it. If that fails, the log of docker.service says why.' }
  const isOld = Number.parseInt(version, 10) < minimalDocker
  if (isOld && docker.origin === 'other') return { ...check, state: 'blocker', found: `Docker ${version}, installed by hand`, advice: `Homeport needs Docker ${minimalDocker} or later, and cannot update one that was not installed as a package. Update it the way it was installed, or remove it, then check again.` }
  if (isOld) return { ...check, state: 'warning', found: `Docker ${version}`, advice: `Homeport needs Docker ${minimalDocker} or later, so Docker will be updated.${foreignNote(docker)}` }
  if (docker.version === null) return { ...check, state: 'warning', found: `Docker ${version}, not running`, advice: 'Homeport starts it. If that fails, the log of docker.service says why.' }
  return { ...check, state: 'fine', found: `Docker ${version}`, advice: '' }
}

function foreignNote({ containers }: Facts['docker']): string {
  const count = containers.filter((container) => container.state === 'running' && container.labels['homeport'] !== '1').length
  if (count === 0) return ''
  return ` ${count === 1 ? 'A container that is' : `${count} containers that are`} not Homeport's will be stopped for a moment.`
}

export function checkPackageManager({ apt }: Pick<Facts, 'apt'>): PreflightCheck {
  const check = { name: 'package-manager', title: 'Software installation' } as const
  if (!apt.isThere) return { ...check, state: 'blocker', found: 'apt is not there', advice: 'Homeport installs software with apt, as Debian and Ubuntu do, and this server has none. Install a fresh Debian 13 in the control panel of your provider, then connect again.' }
  if (apt.lockedBy !== null) return { ...check, state: 'blocker', found: `Busy: ${describeHolder(apt.lockedBy)}`, advice: checkAgainSoon }
  if (apt.isBroken) return { ...check, state: 'warning', found: 'An earlier installation was cut off', advice: 'Homeport finishes it first. You need not do anything.' }
  return { ...check, state: 'fine', found: 'Ready', advice: '' }
}

/** Process names are cut at 15 characters (proc_pid_comm(5)). */
function describeHolder(process: string): string {
  if (process.startsWith('unattended-upgr')) return 'the server is installing security updates'
  if (/^(apt|apt-get|aptitude|dpkg|apt\.systemd\.dai)$/.test(process)) return 'the server is installing or updating software'
  return process === '' ? 'another program is installing software' : `the program "${process}" is installing software`
}

export function checkFirstBoot({ cloudInit }: Pick<SystemFacts, 'cloudInit'>): PreflightCheck {
  const check = { name: 'first-boot', title: 'First start' } as const
  switch (cloudInit) {
    case 'running': return { ...check, state: 'blocker', found: 'The server is still being set up by your provider', advice: checkAgainSoon }
    case 'error': return { ...check, state: 'warning', found: 'Finished with errors', advice: 'The set-up by your provider (cloud-init) reported errors. Mostly this does no harm: you can log in, so go on. If something fails, let the provider reinstall the server.' }
    default: return { ...check, state: 'fine', found: 'Finished', advice: '' }
  }
}

export function checkReboot({ rebootRequired }: Pick<SystemFacts, 'rebootRequired'>): PreflightCheck {
  const check = { name: 'reboot', title: 'Restart' } as const
  if (!rebootRequired) return { ...check, state: 'fine', found: 'Not needed', advice: '' }
  return { ...check, state: 'warning', found: 'An update waits for a restart of the server', advice: 'You can go on. Better: restart the server in the control panel of your provider first, while nobody depends on it.' }
}
