import { join } from 'node:path'
import { expect, it } from 'vitest'
import { render } from '../../src/main/render/render.ts'
import type { DesiredState, ResourceOf } from '../../src/main/render/resource.ts'
import { loadResources } from '../../src/main/resources.ts'
import { emptySpec, ServerSpec, type Source } from '../../src/shared/spec.ts'

const resources = loadResources(join(import.meta.dirname, '../../resources'))
const id = 'app.example.org'
const secret = `s${'0'.repeat(32)}`
const image: Source = {
  kind: 'image', image: 'ghost:6',
  app: {
    port: 2368, healthPath: '/ok?x=%20$HOME', command: ['sh', '-c', 'echo "$PATH" 100% \\ done'], volumes: [{ name: 'content', path: '/var/lib/ghost' }],
    environment: [{ name: 'PLAIN', value: `a "b" $c 'd' #e = ` }, { name: 'TOKEN', secret }],
  },
}
const build: Source = { kind: 'build', url: 'https://codeberg.org/you/app.git', branch: 'main', intervalMinutes: 10, folder: 'web', limits: { minutes: 5, memoryMb: 300 }, app: { port: 80 } }

function desiredOf(source: Source, more: object = {}, ofServer: object = {}): DesiredState {
  return render(ServerSpec.parse({ ...emptySpec, ...ofServer, revision: 1, sites: [{ id, slot: 3, domain: id, www: false, source, ...more }] }), resources)
}
const contentOf = (desired: DesiredState, path: string): string => desired.find((one): one is ResourceOf<'file'> => one.kind === 'file' && one.name === path)?.content ?? ''
const unit = (desired: DesiredState, name: string): string => contentOf(desired, `/etc/systemd/system/${name}`)
const appOf = (source: Source): ResourceOf<'app'> | undefined => desiredOf(source).find((one) => one.kind === 'app')

it('gives the two containers of a site the same settings, but another name, address and image', () => {
  const desired = desiredOf(image)
  const blue = unit(desired, `homeport-${id}-blue.service`)
  expect(blue).toContain('10.213.0.50:2368/ok')
  expect(blue.replaceAll('blue', 'green').replaceAll('10.213.0.50', '10.213.0.51')).toBe(unit(desired, `homeport-${id}-green.service`))
  expect(blue).toContain(`homeport.hash=${appOf(image)?.hash}`)
})

it('takes what people typed as it is: in a unit, in an environment and for a shell', () => {
  const desired = desiredOf(image)
  expect(unit(desired, `homeport-${id}-blue.service`)).toContain('${IMAGE} sh -c "echo \\"$$PATH\\" 100%% \\\\ done"')
  expect(contentOf(desired, `/etc/homeport/sites/${id}/app.env`)).toBe(`PLAIN=a "b" $c 'd' #e = \n`)
})

it('names secrets, and says nothing of them anywhere', () => {
  const desired = desiredOf(image)
  expect(contentOf(desired, `/etc/homeport/sites/${id}/app.conf`)).toContain(`SECRETS=(TOKEN=${secret})`)
  expect(desired.some((one) => one.kind === 'secret' && one.name === secret)).toBe(true)
  const path = desired.find((one) => one.kind === 'file' && one.name.endsWith('app.env'))
  expect(path).toMatchObject({ mode: 0o600 })
})

it('tells a program how to send mail, by the names that it looks for', () => {
  const sending: Source = { ...image, app: { ...image.app, mail: { password: `s${'1'.repeat(32)}`, variables: { host: 'mail__options__host' } } } }
  const desired = desiredOf(sending, { domain: 'blog.example.org' }, { mail: { hostname: 'mail.example.org', domains: [] } })
  expect(contentOf(desired, `/etc/homeport/sites/${id}/app.env`)).toMatch(/\nmail__options__host=mail\.example\.org\nSMTP_PORT=587\nSMTP_USER=app\.example\.org\nSMTP_FROM=noreply@blog\.example\.org\n$/)
  expect(contentOf(desired, `/etc/homeport/sites/${id}/app.conf`)).toContain(`SMTP_PASSWORD=s${'1'.repeat(32)})`)
  expect(unit(desired, `homeport-${id}-blue.service`)).toContain('--add-host mail.example.org:10.213.0.49')
  expect(contentOf(desired, '/etc/homeport/mail/senders3')).toBe(`@blog.example.org ${id}\n`)
  expect(desired.find((one) => one.kind === 'mail-config')).toMatchObject({ networks: [{ name: `homeport-${id}`, address: '10.213.0.49' }] })
  const bare = desiredOf(sending, { domain: 'www.example.org', www: true }, { mail: { hostname: 'mail.example.org', domains: [] } })
  expect(contentOf(bare, `/etc/homeport/sites/${id}/app.env`)).toContain('SMTP_FROM=noreply@example.org\n')
})

it('asks for another container only where something changed that it was started with', () => {
  const hash = (app: object): string | undefined => appOf({ ...image, app: { ...image.app, ...app } })?.hash
  const before = hash({})
  expect(hash({ handover: 'stop-first' })).toBe(before)
  for (const app of [{ environment: [] }, { volumes: [] }, { port: 1 }, { command: ['x'] }, { memoryMb: 16 }, { scratch: ['/x'] }, { stopSeconds: 5 }]) expect(hash(app), JSON.stringify(app)).not.toBe(before)
})

it('asks for another version only where it comes from elsewhere', () => {
  const before = appOf(build)?.source
  expect(appOf({ ...build, intervalMinutes: 5, limits: {} })?.source).toBe(before)
  for (const more of [{ branch: 'next' }, { folder: 'x' }, { dockerfile: 'y' }, { pinned: 'a'.repeat(40) }]) expect(appOf({ ...build, ...more })?.source, JSON.stringify(more)).not.toBe(before)
})

it('holds a build to its limits, in a slice of its own that is named without a hyphen', () => {
  const desired = desiredOf(build)
  const slice = unit(desired, 'homeportbuild3.slice')
  expect(slice).toContain('MemoryMax=300M\nMemorySwapMax=0\n')
  expect(contentOf(desired, `/etc/homeport/sites/${id}/app.conf`)).toContain('SLICE="homeportbuild3.slice"\nBUILD_SECONDS="300"\n')
  expect(unit(desired, `homeport-${id}-build.service`)).toContain('TimeoutStartSec=1380')
  expect(desired.find((one) => one.kind === 'packages')).toMatchObject({ packages: expect.arrayContaining(['docker-buildx']) as string[] })
  expect(desiredOf(image).find((one) => one.kind === 'packages')).not.toMatchObject({ packages: expect.arrayContaining(['docker-buildx']) as string[] })
})

it('closes the network of a site that has no business on the Internet', () => {
  const networkOf = (source: Source): unknown => desiredOf(source).find((one) => one.kind === 'network' && one.name === `homeport-${id}`)
  expect(networkOf(image)).toMatchObject({ internal: false })
  expect(networkOf({ ...image, app: { ...image.app, internet: false } })).toMatchObject({ internal: true })
})

it('asks the registry every day only where that is wanted', () => {
  const timers = (source: Source): string[] => desiredOf(source).flatMap((one) => (one.kind === 'timer' ? [one.name] : []))
  expect(timers(image)).not.toContain(`homeport-${id}-pull`)
  expect(timers({ ...image, updates: 'daily' })).toContain(`homeport-${id}-pull`)
})

it('asks a container once more to stop, in its own time, before it is removed by force', () => {
  const name = `homeport-${id}-blue`
  expect(unit(desiredOf(image), `${name}.service`)).toContain(`ExecStop=/usr/bin/docker stop -t \${STOP_SECONDS} ${name}\nExecStopPost=-/usr/bin/docker stop -t \${STOP_SECONDS} ${name}\nExecStopPost=-/usr/bin/docker rm --force ${name}\n`)
})

it('removes no volume with a container but those of folders that may be thrown away, which each of the two has for itself', () => {
  const plain = unit(desiredOf(image), `homeport-${id}-blue.service`)
  expect(plain).not.toMatch(/volume rm|--volumes|rm -v/)
  const desired = desiredOf({ ...image, app: { ...image.app, scratch: ['/var/cache/ghost'] } })
  const [blue, green] = (['blue', 'green'] as const).map((colour) => unit(desired, `homeport-${id}-${colour}.service`))
  const mount = new RegExp(`--mount type=volume,src=(homeport-${id}-blue-scratch-[0-9a-f]+),dst=/var/cache/ghost,volume-label=homeport.scratch=${id} `).exec(blue ?? '')
  expect(blue).toContain(`ExecStopPost=-/usr/bin/docker volume rm ${mount?.[1]}\n`)
  expect(green).not.toContain(mount?.[1])
  expect(contentOf(desired, `/etc/homeport/sites/${id}/app.conf`)).toContain('VOLUMES=(content)\nPATHS=(/var/lib/ghost)\nSCRATCH=(/var/cache/ghost)\n')
})

it('gives a container as long to stop as the server found that it needs, or as somebody said', () => {
  const blue = (source: Source): string => unit(desiredOf(source), `homeport-${id}-blue.service`)
  expect(blue(image)).toMatch(/Environment=STOP_SECONDS=120\nEnvironmentFile=[^]*ExecStop=\/usr\/bin\/docker stop -t \$\{STOP_SECONDS\} [^]*TimeoutStopSec=140\n/)
  expect(blue({ ...image, app: { ...image.app, stopSeconds: 300 } })).toContain('TimeoutStopSec=320\n')
  expect(contentOf(desiredOf(image), `/etc/homeport/sites/${id}/app.conf`)).toContain('HANDOVER="auto"\nSTOP_SECONDS=""\n')
})
