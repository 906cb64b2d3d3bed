/**
 * What this computer needs to reach Debian's packages and names (a proxy, an
 * internal certificate authority, a name server) is read from its own settings and
 * handed to the test server, so that no host name is ever written down here.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execute } from './command.ts'

const LOCAL_AUTHORITIES = '/usr/local/share/ca-certificates'
const CARRIED_OPTIONS = /^Acquire::(Check-Valid-Until|Check-Date|https?::Proxy|https?::No-Proxy) "(.+)";$/

/** The host's apt settings without which its mirror cannot be used, as lines of apt.conf(5). */
export async function readAptOptions(): Promise<readonly string[]> {
  const dump = await execute('apt-config', ['dump'])
  const lines = dump.stdout.split('\n').filter((line) => CARRIED_OPTIONS.test(line))
  const proxy = process.env['http_proxy']
  return proxy ? [...lines, `Acquire::http::Proxy "${proxy}";`] : lines
}

/** PEM files of authorities that someone added to this computer (update-ca-certificates(8)). */
export async function readLocalAuthorities(): Promise<readonly string[]> {
  const names = await readdir(LOCAL_AUTHORITIES).catch(() => [])
  const pems = names.filter((name) => name.endsWith('.crt'))
  return Promise.all(pems.map((name) => readFile(join(LOCAL_AUTHORITIES, name), 'utf8')))
}

/**
 * A resolv.conf(5) that still works when handed on to containers inside the test
 * server. Docker's own answer (127.0.0.11) does not: the nested engine drops loopback
 * name servers. Undefined when the host has none but loopback ones.
 */
export async function readResolvConf(): Promise<string | undefined> {
  for (const path of ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf']) {
    const text = await readFile(path, 'utf8').catch(() => '')
    const servers = text.split('\n').filter((line) => /^nameserver\s+(?!127\.|::1)/.test(line))
    if (servers.length > 0) return `${servers.join('\n')}\n`
  }
  return undefined
}
