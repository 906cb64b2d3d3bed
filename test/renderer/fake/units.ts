import { isPulled } from '../../../src/shared/site-source.ts'
import type { Site } from '../../../src/shared/spec.ts'
import type { UnitDetail } from '../../../src/shared/units.ts'

/** Units as a server with these sites has them. */
export function fakeUnits(sites: readonly Site[]): UnitDetail[] {
  const pulled = sites.filter(({ source }) => isPulled(source))
  return [
    unit('docker.service', { memoryBytes: 92_000_000 }), unit('homeport-proxy.service', { needs: ['docker.service'], after: ['docker.service'], memoryBytes: 58_000_000 }),
    unit('homeport-static.service', { needs: ['docker.service'], after: ['docker.service'], files: [file('homeport-static.service'), { path: '/etc/systemd/system/homeport-static.service.d/override.conf', text: '[Service]\nNice=5\n' }] }),
    unit('homeport-certificates.service', { active: 'inactive', sub: 'dead', enabled: 'static' }), unit('homeport-certificates.timer', { nextAt: Date.now() + 140_000, lastAt: Date.now() - 160_000, triggers: ['homeport-certificates.service'] }),
    ...pulled.flatMap(({ id }, index) => [
      unit(`homeport-${id}-pull.service`, { siteId: id, enabled: 'static', ...(index === 1 ? { active: 'failed', sub: 'failed', result: 'exit-code' } : { active: 'inactive', sub: 'dead' }) }),
      unit(`homeport-${id}-pull.timer`, { siteId: id, nextAt: Date.now() + 400_000, triggers: [`homeport-${id}-pull.service`] }),
    ]),
  ]
}

function unit(name: string, more: Partial<UnitDetail>): UnitDetail {
  return { name, description: `Homeport: ${name}`, siteId: null, active: 'active', sub: 'running', result: 'success', enabled: 'enabled', since: Date.now() - 9_000_000, restarts: 0, memoryBytes: null, lastAt: null, nextAt: null, needs: [], after: [], triggers: [], files: [file(name)], ...more }
}

function file(name: string): UnitDetail['files'][number] {
  return { path: `/etc/systemd/system/${name}`, text: `[Unit]\nDescription=Homeport: ${name}\nWants=docker.service\nAfter=docker.service\n\n[Service]\nType=notify\nExecStart=/usr/local/lib/homeport/container ${name}\n` }
}
