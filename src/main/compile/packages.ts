import type { Facts } from '../facts/facts.ts'
import type { PackageNeeds } from '../plan/packages.ts'
import type { ResourceOf } from '../render/resource.ts'
import { commandLine, quote } from './quote.ts'

/** Installs what is missing in one transaction, and notes which packages that brought, so that leaving takes exactly these. */
export function installPackages(needs: PackageNeeds, resource: ResourceOf<'packages'>, facts: Facts): string {
  if (needs.missing.length === 0 && needs.docker === null && !needs.isUnfinished) return 'systemctl enable --now docker.service'
  return [
    '# What is there before stays Homeport-free: only what comes on top is ever removed.',
    'mkdir -p /var/lib/homeport',
    "installed() { dpkg-query --show --showformat='${db:Status-Abbrev} ${Package}\\n' | sed -n 's/^.i  *//p' | sort -u; }",
    '[ -e /var/lib/homeport/packages.before ] || { installed >/var/lib/homeport/packages.new; mv /var/lib/homeport/packages.new /var/lib/homeport/packages.before; }',
    '# Noted where the step fails, too: what somebody else installs later is not Homeport\'s.',
    'note_installed() { installed | comm -13 /var/lib/homeport/packages.before - >>/var/lib/homeport/packages.installed; rm /var/lib/homeport/packages.before; }',
    'trap note_installed EXIT',
    'dpkg --configure -a',
    'apt update',
    ...(needs.docker === 'docker-repository' ? [dockerRepository(facts)] : []),
    `packages=(${needs.missing.map(quote).join(' ')})`,
    ...(needs.docker === 'distribution'
      ? ['packages+=(docker.io)', '# From Debian 13 on, the docker program has a package of its own.', 'if apt-cache show docker-cli >/dev/null 2>&1; then packages+=(docker-cli); fi']
      : needs.docker === 'docker-repository' ? ['packages+=(docker-ce docker-ce-cli containerd.io)'] : []),
    'apt install --no-install-recommends "${packages[@]}"',
    'systemctl enable --quiet --now docker.service',
    "version=$(docker version --format '{{.Server.Version}}')",
    'echo "Docker $version is running."',
    `[ "\${version%%.*}" -ge ${resource.dockerMinimum} ] || { echo "Docker $version is too old." >&2; exit 1; }`,
  ].join('\n')
}

/** Of the primary key that signs Docker's repository. Source: docs.docker.com/engine/install/debian. */
const dockerKey = '9DC858229FC7DD38854AE2D88D81803C0EBFCD88'
const keyring = '/etc/apt/keyrings/homeport-docker.asc'

/** Docker's own repository, for distributions whose Docker is too old. apt is told of that one key, whatever else came in its file. */
function dockerRepository(facts: Facts): string {
  const { id, codename } = facts.system.distribution
  const address = `https://download.docker.com/linux/${id}`
  return [
    'apt install --no-install-recommends ca-certificates curl gpg',
    commandLine('fetch_https', `${address}/gpg`, 'docker.asc'),
    commandLine('trust_key', 'docker.asc', dockerKey, keyring),
    `printf 'Types: deb\\nURIs: %s\\nSuites: %s\\nComponents: stable\\nSigned-By: ${keyring}\\n' ${quote(address)} ${quote(codename)} >/etc/apt/sources.list.d/homeport-docker.sources`,
    'apt update',
  ].join('\n')
}

/** Purges exactly the packages that runs installed; keeps them all if anything else needs one of them by now. */
export const removePackages = `list=/var/lib/homeport/packages.installed
rm -f /etc/apt/sources.list.d/homeport-docker.sources /etc/apt/keyrings/homeport-docker.asc
if [ -s "$list" ]; then
  mapfile -t packages < <(while read -r name; do dpkg-query --show --showformat='\${db:Status-Abbrev} \${Package}\\n' "$name" 2>/dev/null | sed -n 's/^.i  *//p'; done <"$list")
  others=$(LC_ALL=C apt-get --simulate purge "\${packages[@]}" | sed -n 's/^\\(Purg\\|Remv\\) \\([^ ]*\\).*/\\2/p' | sort -u | comm -23 - <(printf '%s\\n' "\${packages[@]}" | sort -u))
  if [ -n "$others" ]; then
    echo "These packages stay, because other packages need them by now: \${packages[*]} (needed by: $others)"
  else
    brought() { printf '%s\\n' "\${packages[@]}" | grep -qx -e "$1" -e "$2"; }
    if brought docker.io docker-ce; then
      # Asked once more, now that everything of Homeport's is gone: somebody else's data may lie in volumes without a container.
      units=(docker.socket docker.service)
      # A containerd that was there before is not Homeport's, and goes on.
      if brought containerd containerd.io; then units+=(containerd.service); fi
      if ! held=$(what_docker_holds && what_containerd_holds "\${units[@]}"); then
        echo 'Docker does not answer, so whether it holds something of others cannot be seen. It stays, with all that is in it, and so do the packages that came with it.' >&2
        echo 'Bring it up first (systemctl status docker says what is wrong), then uninstall once more.' >&2
        exit 1
      fi
      if [ -n "$held" ]; then
        echo 'Docker and the packages that came with it stay, because Docker holds containers (ps), images, volumes or networks that are not Homeport'"'"'s, or others use its containerd:'
        head -n 10 <<<"$held"
        exit 0
      fi
      mapfile -t folders < <(engine_folders "\${units[@]}")
      systemctl disable --quiet --now "\${units[@]}" 2>/dev/null || true
      engine=1
    fi
    if [ "\${engine-}" = 1 ] && [[ " \${folders[*]} " != *' /var/lib/docker '* ]]; then
      # Debian's package empties the folder when it is purged, by a script that it leaves there when it is removed.
      apt remove "\${packages[@]}"
      rm -f /var/lib/docker/nuke-graph-directory.sh
    fi
    apt purge "\${packages[@]}"
    if [ "\${engine-}" = 1 ]; then
      # Only what the engine that was just asked said is its own: anything else is somebody's who moved it, or of another engine.
      remove_tree "\${folders[@]}"
      for folder in /var/lib/docker /var/lib/containerd; do
        if [ -n "$(ls -A "$folder" 2>/dev/null)" ]; then echo "$folder stays as it is: whether all in it came with Homeport's Docker is not known."; fi
      done
      # What the engine made for itself and its packages forget.
      rmdir /etc/cni/net.d /etc/cni 2>/dev/null || true
      if [ "$(getent group docker | cut -d: -f4)" = '' ]; then groupdel docker 2>/dev/null || true; fi
    fi
  fi
fi`
