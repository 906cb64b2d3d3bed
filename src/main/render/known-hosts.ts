import { sshEndpoint, type SshPublicKey } from '../../shared/git-source.ts'

/** Lines of known_hosts (sshd(8)): the keys by which ssh may know the server of an address, and no others. */
export function knownHosts(url: string, hostKeys: readonly SshPublicKey[]): string {
  const { host, port } = sshEndpoint(url)
  const name = port === 22 ? host : `[${host}]:${port}`
  return hostKeys.map((key) => `${name} ${key}\n`).join('')
}
