import type { PreflightCheck } from '../../shared/preflight.ts'
import type { Facts, Listener } from './facts.ts'
import { mailPortHolder } from './mail.ts'

/** How a TCP connection from this computer to a port of the server went. */
export type Reach = 'open' | 'refused' | 'timeout' | 'unreachable'

/** What only this computer can tell. */
export interface FromHere {
  /** This computer's clock half way through gathering; milliseconds since 1970. */
  readonly timeMs: number
  readonly reach: ReadonlyMap<80 | 443, Reach>
  /** Said instead of the usual advice where outgoing mail is blocked, such as a provider's own way to open it. */
  readonly mailAdvice?: string
}

const minuteMs = 60_000

export function checkClock(facts: Pick<Facts, 'serverTimeMs'>, { timeMs }: Pick<FromHere, 'timeMs'>): PreflightCheck {
  const differenceMs = facts.serverTimeMs - timeMs
  const found = Math.abs(differenceMs) < 2000 ? 'The same as here' : `${describeSpan(Math.abs(differenceMs))} ${differenceMs > 0 ? 'ahead of' : 'behind'} this computer`
  const check = { name: 'clock', title: 'Clock', found } as const
  const remedy = 'First see whether this computer shows the right time. If it does, the server is wrong: restart it in the control panel of your provider, or run "timedatectl set-ntp true" on it, and check again.'
  if (Math.abs(differenceMs) > 5 * minuteMs) return { ...check, state: 'blocker', advice: `With a wrong clock no certificate is accepted, so HTTPS would fail. ${remedy}` }
  if (Math.abs(differenceMs) > minuteMs / 2) return { ...check, state: 'warning', advice: `Times in logs and lists will be off by this much. ${remedy}` }
  return { ...check, state: 'fine', advice: '' }
}

function describeSpan(ms: number): string {
  const [count, unit] = ms < 2 * minuteMs ? [Math.round(ms / 1000), 'second'] : ms < 120 * minuteMs ? [Math.round(ms / minuteMs), 'minute'] : ms < 2880 * minuteMs ? [Math.round(ms / 60 / minuteMs), 'hour'] : [Math.round(ms / 1440 / minuteMs), 'day']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** Programs that often hold the ports of a web server, as people know them, with the package that brings them. */
const programs: Readonly<Record<string, { readonly name: string; readonly service: string }>> = {
  apache2: { name: 'the Apache web server', service: 'apache2' }, nginx: { name: 'the nginx web server', service: 'nginx' }, caddy: { name: 'the Caddy web server', service: 'caddy' },
  lighttpd: { name: 'the lighttpd web server', service: 'lighttpd' }, haproxy: { name: 'an haproxy that is not Homeport\'s', service: 'haproxy' },
  httpd: { name: 'the Apache web server', service: 'httpd' }, litespeed: { name: 'the LiteSpeed web server', service: 'lsws' },
}

export function checkPorts(facts: Facts): PreflightCheck {
  const check = { name: 'ports', title: 'Ports 80 and 443' } as const
  const failure = facts.failures.get('listeners')
  if (failure !== undefined) return { ...check, state: 'warning', found: 'Unknown', advice: `The server could not say which ports are in use (${failure}). If a web server runs there already, remove it first.` }
  const listeners = facts.listeners.filter((listener) => listener.protocol === 'tcp')
  // On any address: a program on 127.0.0.1:80 alone keeps the proxy from taking port 80 on all of them.
  const taken = listeners.filter((listener) => (listener.port === 80 || listener.port === 443) && !isOurs(listener, facts))
  const mail = mailPortHolder(facts) !== null && listeners.some((listener) => listener.port === 25 && isPublic(listener))
  if (!facts.system.ipv6) return { ...check, state: 'blocker', found: 'Cannot be taken: IPv6 is switched off in the kernel', advice: 'Homeport\'s web server listens on IPv4 and on IPv6, and cannot start where the kernel knows no IPv6; an address of that kind is not needed. As root, remove "ipv6.disable=1" from /etc/default/grub, run "update-grub", restart the server and check again; or choose another system in the control panel of your provider.' }
  if (taken.length > 0) return { ...check, state: 'blocker', found: describeTaken(taken, facts), advice: wayOut(taken, facts) }
  if (mail) return { ...check, state: 'warning', found: 'Free for websites; port 25 is taken by a mail server', advice: 'Websites work. Forwarding mail with Homeport needs port 25, and a mail server on this machine has it.' }
  const ours = listeners.some((listener) => listener.port === 443 && isOurs(listener, facts))
  return { ...check, state: 'fine', found: ours ? 'In use by Homeport\'s own web server' : 'Free', advice: '' }
}

/** Debian's own mail program listens for the server itself only. */
function isPublic({ address }: Listener): boolean {
  return !/^(127\.|::1$)/.test(address)
}

/** Homeport's proxy runs as the host's own process, since its container has the host's network. */
function isOurs(listener: Listener, facts: Facts): boolean {
  const isRunning = facts.docker.containers.some((container) => container.name === 'homeport-proxy' && container.labels['homeport'] === '1' && container.state === 'running')
  return listener.process === 'haproxy' && (isRunning || facts.units.get('homeport-proxy.service')?.active === 'active')
}

function describeTaken(taken: readonly Listener[], facts: Facts): string {
  const ports = [...new Set(taken.map((listener) => listener.port))].sort((a, b) => a - b)
  const holders = [...new Set(taken.map((listener) => holderName(listener, facts)))]
  return `${ports.length > 1 ? `Ports ${ports.join(' and ')} are` : `Port ${ports[0]} is`} taken by ${holders.join(' and ')}`
}

function holderName(listener: Listener, facts: Facts): string {
  const container = containerOn(listener, facts)
  if (container !== undefined) return `the Docker container "${container}"`
  if (listener.process === '') return 'an unknown program'
  return programs[listener.process]?.name ?? `the program "${listener.process}"`
}

function containerOn(listener: Listener, facts: Facts): string | undefined {
  if (listener.process !== 'docker-proxy') return undefined
  return facts.docker.containers.find((container) => container.publishedPorts.includes(listener.port))?.name ?? 'unknown'
}

function wayOut(taken: readonly Listener[], facts: Facts): string {
  const reason = 'Visitors and browsers come in on these ports, so Homeport\'s web server needs them.'
  const [first] = taken
  const container = first === undefined ? undefined : containerOn(first, facts)
  const service = programs[first?.process ?? '']?.service
  const command = container !== undefined ? `docker stop ${container}` : service === undefined ? null : `systemctl disable --now ${service}`
  const stop = command === null ? 'Stop that program' : `Stop it (as root: "${command}")`
  return `${reason} If nothing on this server is needed any more, the simplest way is a fresh system from the control panel of your provider. Otherwise move the sites that run there now elsewhere first. ${stop}, then check again.`
}

export function checkOutgoingMail({ system: { outgoingMail } }: Pick<Facts, 'system'>, { mailAdvice }: Pick<FromHere, 'mailAdvice'>): PreflightCheck {
  const check = { name: 'outgoing-mail', title: 'Outgoing mail' } as const
  if (outgoingMail === null) return { ...check, state: 'fine', found: 'Not tried', advice: '' }
  if (outgoingMail) return { ...check, state: 'fine', found: 'Possible (port 25 is open)', advice: '' }
  return { ...check, state: 'warning', found: 'Blocked (port 25 outside cannot be reached)', advice: mailAdvice ?? 'Websites work. Only forwarding mail would not: many providers block outgoing mail on new servers. Ask yours to open port 25, or have the account of a mail sending service (a "smarthost") at hand when you set up mail.' }
}

export function checkReach({ reach }: Pick<FromHere, 'reach'>): PreflightCheck {
  const check = { name: 'reachable', title: 'Reachable from outside' } as const
  const lost = ([80, 443] as const).filter((port) => reach.get(port) === 'timeout' || reach.get(port) === 'unreachable')
  if (lost.length > 0) {
    return {
      ...check, state: 'warning', found: `No answer on port${lost.length > 1 ? 's' : ''} ${lost.join(' and ')}`,
      advice: 'A firewall between here and the server seems to swallow these connections. Look for "Firewall" or "Security group" in the control panel of your provider and allow incoming TCP connections to ports 80 and 443. If there is none, the network you are in now may be the reason: go on, and look at the site from elsewhere.',
    }
  }
  if (reach.size === 0) return { ...check, state: 'fine', found: 'Not tried', advice: '' }
  const open = [...reach.values()].every((state) => state === 'open')
  return { ...check, state: 'fine', found: open ? 'Ports 80 and 443 answer' : 'No firewall in the way of ports 80 and 443', advice: '' }
}
