import type { KnownServer } from '../../../src/shared/connection.ts'

const minute = 60_000
const known = (id: string, name: string, host: string, lastSeen: KnownServer['lastSeen'], more: Partial<KnownServer> = {}): KnownServer => ({
  id, name, target: { host, port: 22, user: 'root', auth: { kind: 'key-file', path: '~/.ssh/id_ed25519' } },
  hostKeys: [{ host, port: 22, type: 'ssh-ed25519', sha256: 'SHA256:Nf1bZqEwVh4dKx0JcS2r9mUuTt6AaPpLl8Yy3Gg5Oo7' }], sudo: 'root', isThrowaway: false, lastSeen, ...more,
})
const seen = (minutes: number, sites: number, isSetUp = true, os = 'Debian GNU/Linux 13 (trixie)') => ({ at: Date.now() - minutes * minute, os, sites, isSetUp })

export function fullServers(): KnownServer[] {
  return [
    known('harbour01', 'Harbour', '203.0.113.10', seen(2, 7)),
    known('fresh0001', 'New VPS', '203.0.113.77', seen(5, 0, false)),
    known('locked001', 'Office', 'office.example.net', seen(60 * 26, 2, true, 'Ubuntu 24.04.3 LTS'), { target: { host: 'office.example.net', port: 2222, user: 'anna', auth: { kind: 'password' }, jump: { host: 'gate.example.net', port: 22, user: 'anna', auth: { kind: 'agent' } } }, sudo: 'with-password' }),
    known('attic0001', 'Attic', '198.51.100.7', seen(60 * 24 * 40, 3, true, 'Debian GNU/Linux 12 (bookworm)')),
    known('offline01', 'The machine of the choir with the very long name', '192.0.2.44', seen(60 * 24 * 3, 1)),
    known('adopted01', 'Second home', '2001:db8::2', null),
    known('blocked01', 'Old box', 'old.example.net', null),
    known('busy00001', 'Lighthouse', '203.0.113.99', seen(1, 2)),
    known('quiet0001', 'Quiet', '203.0.113.5', seen(600, 0)),
  ]
}
