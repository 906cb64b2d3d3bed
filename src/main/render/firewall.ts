import type { Resources } from '../resources.ts'
import { file } from './base.ts'
import { sha256 } from './hash.ts'
import type { DesiredState } from './resource.ts'
import { renderUnitFile } from './unit-file.ts'

const unit = 'homeport-firewall'

/** What containers and builds of sites may reach: a table of the kernel's firewall, loaded before any of them starts. */
export function renderFirewall(resources: Resources): DesiredState {
  const rules = resources.text('firewall.nft')
  return [
    file('system', '/usr/local/lib/homeport/firewall', resources.text('lib/firewall'), { mode: 0o755 }),
    file('system', '/etc/homeport/firewall.nft', rules),
    file('system', `/etc/systemd/system/${unit}.service`, renderUnitFile({
      Unit: [
        ['Description', 'Homeport: what containers of sites may reach'],
        ['Documentation', 'file:/etc/homeport/README.md'],
        ['Before', 'docker.service'],
        // It begins with taking everybody's rules away: after that these are loaded once more.
        ['After', 'nftables.service'],
        ['PartOf', 'nftables.service'],
        ['ReloadPropagatedFrom', 'nftables.service'],
      ],
      Service: [
        ['Type', 'oneshot'],
        ['RemainAfterExit', 'yes'],
        ['ExecStart', '/usr/local/lib/homeport/firewall'],
        ['ExecReload', '/usr/local/lib/homeport/firewall'],
        ['ExecStop', '-/usr/sbin/nft delete table inet homeport'],
      ],
      Install: [['WantedBy', 'multi-user.target']],
    })),
    { kind: 'firewall', name: unit, group: 'system', hash: sha256(rules) },
  ]
}
