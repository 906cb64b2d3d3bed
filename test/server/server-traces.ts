import type { TestServer } from '../testbed/index.ts'
import { on } from './pipeline.ts'

/** What a program could leave behind on a server, as lists that can be compared. */
export async function traces(server: TestServer): Promise<Record<string, string[]>> {
  const list = async (command: string): Promise<string[]> => (await on(server, command)).split('\n').filter((line) => line !== '').sort()
  return {
    packages: await list("dpkg-query --show --showformat='${db:Status-Abbrev} ${Package}\\n'"),
    // Content, owner and permissions; caches and logs of the system itself come and go, and backups of the user list (passwd-) with each change of it.
    files: await list(String.raw`find /etc /usr/local /srv /var/lib /root /opt -xdev ! -path '/var/lib/apt/*' ! -path '/var/lib/dpkg/*' ! -path '/var/lib/docker*' ! -path '/var/lib/containerd*' ! -path '/var/lib/systemd/*' ! -path '/root/.ssh*' ! -name '*-' ! -name .pwd.lock ! -path /etc/docker/daemon.json \
      \( -type f -exec sh -c 'for f; do stat -c "%a %U:%G %n" "$f" | tr "\n" " "; sha256sum <"$f"; done' sh {} + -o -type l -printf '%p -> %l\n' -o -type d -printf '%m %u:%g %p\n' \)`),
    // The settings count, not how they are laid out.
    engine: Object.entries(JSON.parse(await on(server, 'cat /etc/docker/daemon.json')) as object).map((entry) => JSON.stringify(entry)).sort(),
    accounts: await list('cat /etc/passwd /etc/group'),
    docker: await list("command -v docker >/dev/null || exit 0; docker network ls --format 'network {{.Name}}'; docker images --format 'image {{.Repository}}:{{.Tag}}'; docker ps -a --format 'container {{.Names}} {{.State}}'; docker info --format 'live-restore {{.LiveRestoreEnabled}}'"),
    units: await list("systemctl list-units --all --plain --no-legend 'homeport*' 'docker*' 'containerd*' | awk '{ print $1, $3, $4 }'"),
    listeners: await list("ss -Hltn | awk '$4 !~ /^127[.]/ { print $4 }'"),
    settings: await list('sysctl net.ipv4.ip_unprivileged_port_start'),
  }
}
