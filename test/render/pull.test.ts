import { expect, it } from 'vitest'
import { renderPull } from '../../src/main/render/pull.ts'
import { renderSecrets } from '../../src/main/render/secrets.ts'
import { BuildSource, GitSource } from '../../src/shared/site-source.ts'
import { emptySpec, Site, ServerSpec } from '../../src/shared/spec.ts'

const hostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf'
const [deploy, variable] = [`s${'1'.repeat(32)}`, `s${'2'.repeat(32)}`]
const key = { secret: deploy, publicKey: hostKey, hostKeys: [hostKey] }
const git = GitSource.parse({ kind: 'git', url: 'git@example.org:you/site.git', branch: 'main', key, folder: 'site/dist' })
const build = BuildSource.parse({ kind: 'build', url: 'git@example.org:you/site.git', branch: 'main', key, app: { port: 80, environment: [{ name: 'TOKEN', secret: variable }, { name: 'A', value: 'b' }] } })
const site = (source: typeof git | typeof build): Site => Site.parse({ id: 'example.org', slot: 1, domain: 'example.org', www: false, source })

function filesOf(source: typeof git | typeof build): Map<string, string> {
  return new Map(renderPull(site(source), source).flatMap((resource) => (resource.kind === 'file' ? [[resource.name, resource.content] as const] : [])))
}

it('gives the deploy key to the pull alone, and to ssh only the agreed host keys', () => {
  const files = filesOf(git)
  expect(files.get('/etc/homeport/sites/example.org/known_hosts')).toBe(`example.org ${hostKey}\n`)
  expect(files.get('/etc/systemd/system/homeport-example.org-pull.service')).toContain(`\nLoadCredential=deploy-key:/var/lib/homeport/secrets/${deploy}.key\n`)
  expect([...files.values()].join('')).not.toContain('PRIVATE')
})

it('has neither key nor known hosts for an address with https', () => {
  const { key: _key, ...open } = git
  const files = filesOf({ ...open, url: 'https://example.org/you/site.git' })
  expect([...files.keys()].some((name) => name.includes('known_hosts'))).toBe(false)
  expect([...files.values()].join('')).not.toContain('Credential')
})

it('starts the build after a pull that succeeded, and publishes nothing itself', () => {
  const service = filesOf(build).get('/etc/systemd/system/homeport-example.org-pull.service')
  expect(service).toContain('\nOnSuccess=homeport-example.org-build.service\n')
  expect(service).toContain('\nBindPaths=/var/lib/homeport/sites/example.org\n')
  expect(renderPull(site(build), build).some((resource) => resource.kind === 'release')).toBe(false)
  expect(filesOf(git).get('/etc/systemd/system/homeport-example.org-pull.service')).not.toContain('OnSuccess')
})

it('pulls anew when the host keys or the deploy key change', () => {
  expect(filesOf(git).get('/etc/homeport/sites/example.org/pull.env')).toContain(`\n# Its deploy key: ${hostKey}\n`)
  expect(renderPull(site(git), git).find((resource) => resource.kind === 'release')).toMatchObject({ inputs: expect.arrayContaining(['/etc/homeport/sites/example.org/known_hosts']) })
})

it('keeps every secret that a site names, each once', () => {
  const spec = ServerSpec.parse({ ...emptySpec, revision: 1, sites: [site(build), { ...site(git), id: 'example.net', domain: 'example.net', slot: 2 }] })
  expect(renderSecrets(spec)).toEqual([{ kind: 'secret', name: deploy, group: 'site:example.org' }, { kind: 'secret', name: variable, group: 'site:example.org', of: [{ site: 'example.org', variable: 'TOKEN' }] }])
})
