/** haproxy itself reads what is rendered for it: one site, whatever a person typed for it, must never keep the proxy from starting. */
import fc from 'fast-check'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { render } from '../../src/main/render/render.ts'
import type { ServerSpec } from '../../src/shared/spec.ts'
import { makeAuthority } from '../testbed/authority.ts'
import { docker, tryDocker } from '../testbed/engine.ts'
import { prepareOnce } from '../testbed/server.ts'
import { ensureStandInImage, STAND_INS } from '../testbed/stand-ins.ts'
import { nastyHeaders } from '../server/nasty-headers.ts'
import { resources } from '../server/pipeline.ts'
import { anySites } from './any-site.ts'

const container = `homeport-test-proxy-${process.pid}`
const etc = '/usr/local/etc/haproxy'
let certificate = ''
let key = ''

beforeAll(async () => {
  await prepareOnce(() => {})
  const standIn = STAND_INS.find(({ repositories }) => repositories.some((name) => name === 'library/haproxy'))
  if (standIn === undefined) throw new Error('there is no stand-in for haproxy')
  const { server } = await makeAuthority(['proxy.example.org'])
  certificate = server.certificate
  key = server.key
  await docker(['run', '--detach', '--rm', '--name', container, '--network', 'none', '--user', '0', '--entrypoint', 'sleep', await ensureStandInImage(standIn), '600'])
})
afterAll(async () => void (await tryDocker(['rm', '--force', container])))

/** What haproxy says against the configuration of a spec; empty where it takes it. */
async function complaints(spec: ServerSpec): Promise<string> {
  const archive = pack()
  for (const resource of render(spec, resources)) {
    if (resource.kind === 'file' && resource.name.startsWith('/etc/homeport/proxy/')) archive.entry({ name: resource.name.replace('/etc/homeport/proxy', etc) }, resource.content)
  }
  for (const { id } of spec.sites) archive.entry({ name: `/certificates/${id}.pem` }, certificate + key)
  for (const map of ['/certificates/account.map', '/certificates/trusted.map', '/live/live.map']) archive.entry({ name: map }, '')
  archive.entry({ name: '/etc/ssl/certs/ca-certificates.crt' }, certificate)
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  const script = `rm -rf ${etc}/pages /certificates && tar -xPf - && haproxy -c -f ${etc}/haproxy.cfg`
  const result = await tryDocker(['exec', '--interactive', container, 'sh', '-c', script], { input: Buffer.concat(chunks) })
  // A name that cannot be resolved is a note of it and no more.
  return result.code === 0 ? '' : result.stderr
}

it('takes any sites that the form takes', async () => {
  await fc.assert(fc.asyncProperty(anySites, async (spec) => {
    expect(await complaints(spec)).toBe('')
  }), { numRuns: 60, endOnFailure: true })
})

it('takes every header that tries to be something else', async () => {
  const [first] = fc.sample(anySites, { numRuns: 1, seed: 1 })
  const site = first?.sites[0]
  if (first === undefined || site === undefined) throw new Error('no sample')
  expect(await complaints({ ...first, sites: [{ ...site, headers: [...nastyHeaders] }] })).toBe('')
})
