import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadResources } from '../../src/main/resources.ts'
import { render } from '../../src/main/render/render.ts'
import { resourceId } from '../../src/main/render/resource.ts'
import type { PlanResult } from '../../src/main/plan/plan.ts'
import type { Facts } from '../../src/main/facts/facts.ts'
import { emptySpec, ServerSpec } from '../../src/shared/spec.ts'
import { anySpec } from './any-spec.ts'
import { containerOf, dockerOf, factsOf, fileOf, unitOf } from './facts-builder.ts'
import { applyChanges, planFor, type Server } from './perfect-server.ts'

const resources = loadResources(join(import.meta.dirname, '../../resources'))
const fresh = (more: Partial<Facts> = {}): Server => ({ facts: factsOf(more), certificates: new Map() })
const todo = (plan: PlanResult): string[] => plan.changes.filter((change) => change.verdict !== 'noop').map((change) => `${change.verdict} ${change.id}: ${change.reason}`)

/** A server with somebody else's work on it. */
const foreign = (): Server => fresh({
  files: new Map([['/etc/docker/daemon.json', fileOf('{"log-driver":"local"}')], ['/etc/homeport/notes.txt', fileOf('mine')]]), users: new Set(['homeport-other']),
  docker: dockerOf({ version: '27.0.0', clientVersion: '27.0.0', origin: 'docker', containers: [containerOf('theirs', null)], images: new Map([['nginx:1.30', { id: 'sha256:1', digest: null }], ['theirs:1', { id: 'sha256:2', digest: null }]]), networks: new Map([['homeport-theirs', { subnet: '10.1.0.0/24', isInternal: false, labels: {} }]]) }),
})

it('comes to nothing when a server has done all of it, for any spec', () => {
  fc.assert(fc.property(anySpec, fc.boolean(), (spec, isForeign) => {
    const desired = render(spec, resources)
    const before = isForeign ? foreign() : fresh()
    const after = applyChanges(before, planFor(before, desired))
    expect(todo(planFor(after, desired))).toEqual([])
  }), { numRuns: 60 })
})

it('comes to nothing after going from any spec to any other, and leaves nothing of the first', () => {
  fc.assert(fc.property(anySpec, anySpec, (one, other) => {
    const first = applyChanges(fresh(), planFor(fresh(), render(one, resources)))
    const desired = render(other, resources)
    const after = applyChanges(first, planFor(first, desired))
    expect(todo(planFor(after, desired))).toEqual([])
    const wanted = new Set<string>(desired.map(resourceId))
    expect(Object.keys(after.facts.owned?.resources ?? {}).filter((id) => !wanted.has(id))).toEqual([])
    expect([...after.facts.files.keys()].filter((path) => !wanted.has(`file/${path}`) && !['/etc/docker/daemon.json', '/var/lib/homeport/owned.json'].includes(path))).toEqual([])
    expect([...after.facts.docker.networks.keys()].filter((name) => !wanted.has(`network/${name}`))).toEqual([])
    expect([...after.certificates.keys()].filter((name) => !wanted.has(`certificate/${name}`))).toEqual([])
  }), { numRuns: 60 })
})

it('finishes from wherever a run died, and comes to nothing then', () => {
  fc.assert(fc.property(anySpec, anySpec, fc.nat(200), (one, other, place) => {
    const first = applyChanges(fresh(), planFor(fresh(), render(one, resources)))
    const desired = render(other, resources)
    const plan = planFor(first, desired)
    const died = applyChanges(first, plan, place % plan.changes.length)
    const after = applyChanges(died, planFor(died, desired))
    expect(todo(planFor(after, desired))).toEqual([])
    const wanted = new Set<string>(desired.map(resourceId))
    expect([...after.facts.files.keys()].filter((path) => !wanted.has(`file/${path}`) && !['/etc/docker/daemon.json', '/var/lib/homeport/owned.json'].includes(path))).toEqual([])
  }), { numRuns: 80 })
})

it('takes a server back to what it was, with all that was not Homeport’s', () => {
  fc.assert(fc.property(anySpec, fc.boolean(), (spec, isForeign) => {
    const before = isForeign ? foreign() : fresh()
    const there = applyChanges(before, planFor(before, render(spec, resources)))
    const leaving = planFor(there, [], () => 'delete')
    const after = applyChanges(there, leaving)
    expect(leaving.owned.resources).toEqual({})
    expect(after.facts.owned).toBeNull()
    expect([...after.facts.files.keys()]).toEqual([...before.facts.files.keys()])
    for (const [path, file] of before.facts.files) expect(after.facts.files.get(path)?.content?.replace(/\s/g, '')).toBe(file.content)
    expect(after.facts.units).toEqual(before.facts.units)
    expect(after.facts.users).toEqual(before.facts.users)
    expect(after.facts.sysctl).toEqual(before.facts.sysctl)
    expect(after.facts.sites).toEqual(new Map())
    expect(after.certificates).toEqual(new Map())
    expect(after.facts.docker.networks).toEqual(before.facts.docker.networks)
    expect(after.facts.docker.images).toEqual(before.facts.docker.images)
    expect(after.facts.docker.containers).toEqual(before.facts.docker.containers)
    expect(todo(planFor(after, []))).toEqual([])
  }), { numRuns: 40 })
})

it('is in an order in which nothing names what is not there', () => {
  fc.assert(fc.property(anySpec, anySpec, (one, other) => {
    const first = applyChanges(fresh(), planFor(fresh(), render(one, resources)))
    for (const plan of [planFor(fresh(), render(one, resources)), planFor(first, render(other, resources)), planFor(first, [])]) {
      const ids = plan.changes.map((change) => change.id)
      expect(new Set(ids).size).toBe(ids.length)
      const places = (test: (id: string, index: number) => boolean): number[] => plan.changes.flatMap((change, index) => (test(change.id, index) ? [index] : []))
      const isGone = (index: number): boolean => plan.changes[index]?.gone !== null
      const last = (all: number[]): number => Math.max(-1, ...all)
      const firstOf = (all: number[]): number => Math.min(ids.length, ...all)
      const made = (prefix: string): number[] => places((id, index) => id.startsWith(prefix) && !isGone(index))
      expect(last(made('certificate/'))).toBeLessThan(firstOf(made('file//etc/homeport/proxy/')))
      expect(last(made('site-data/'))).toBeLessThan(firstOf(made('release/')))
      expect(last([...made('file//etc/systemd/system/'), ...made('packages/')])).toBeLessThan(firstOf(made('systemd/units')))
      expect(last(made('systemd/units'))).toBeLessThan(firstOf([...made('container/'), ...made('timer/'), ...made('release/')]))
      expect(last([...made('image/'), ...made('network/'), ...made('release/'), ...made('user/')])).toBeLessThan(firstOf(made('container/')))
      expect(last(made('container/'))).toBeLessThan(firstOf(made('proxy-config/')))
      expect(last(places((id, index) => id !== 'record/owned' && !isGone(index)))).toBeLessThan(firstOf(places((_id, index) => isGone(index))))
      for (const index of places((id, place) => isGone(place) && /^(container|timer)\//.test(id))) {
        const name = ids[index]?.replace(/^(container|timer)\//, '') ?? ''
        expect(index).toBeLessThan(firstOf(places((id, place) => isGone(place) && id.startsWith(`file//etc/systemd/system/${name}.`))))
        expect(index).toBeLessThan(firstOf(places((id, place) => isGone(place) && id === `network/${name}`)))
      }
      expect(ids.at(-1)).toBe('record/owned')
    }
  }), { numRuns: 30 })
})

describe('what was there before Homeport', () => {
  it('is never removed: whatever the facts, a delete is of something in the list', () => {
    const server = foreign()
    const desired = render(emptySpec, resources)
    const ids = [...desired.map(resourceId), 'file//etc/passwd', 'network/homeport-theirs', 'image/theirs:1', 'user/homeport-other', 'site-data/old.example.org', 'certificate/old.example.org', 'container/homeport-old.example.org', 'timer/homeport-old.example.org-pull']
    fc.assert(fc.property(fc.subarray(ids), fc.subarray([...desired]), (owned, wanted) => {
      const facts = { ...server.facts, owned: { version: 1 as const, resources: Object.fromEntries(owned.map((id) => [id, {}])) }, files: new Map([...server.facts.files, ['/etc/passwd', fileOf('root')]]) }
      for (const change of planFor({ ...server, facts }, wanted).changes) {
        if (change.verdict === 'delete' && change.id !== 'record/owned') expect(owned).toContain(change.id)
      }
    }), { numRuns: 100 })
  })
  it('is not in the list, even where it is just what was needed', () => {
    const images = new Map(Object.values(resources.images).map(({ ref }) => [ref.replace(/^docker\.io\/(library\/)?/, ''), { id: 'sha256:1', digest: null }]))
    const server = fresh({
      apt: { ...factsOf().apt, installed: new Map(['ca-certificates', 'git', 'nftables', 'openssh-client', 'openssl'].map((name) => [name, '1'])) }, users: new Set(['homeport']), sysctl: new Map([['net.ipv4.ip_unprivileged_port_start', '80']]),
      docker: dockerOf({ version: '27.0.0', clientVersion: '27.0.0', origin: 'docker', liveRestore: true, images }), files: new Map([['/etc/docker/daemon.json', fileOf('{"live-restore":true}')]]),
    })
    const kinds = new Set(Object.keys(planFor(server, render(emptySpec, resources)).owned.resources).map((id) => id.split('/')[0]))
    expect([...kinds].toSorted()).toEqual(['container', 'file', 'firewall', 'timer'])
  })
  it('comes back where Homeport changed it', () => {
    const server = fresh({ docker: dockerOf({ version: '27.0.0', clientVersion: '27.0.0' }), files: new Map([['/etc/docker/daemon.json', fileOf('{"live-restore":true,"debug":true}')]]) })
    const there = applyChanges(server, planFor(server, render(emptySpec, resources)))
    const back = applyChanges(there, planFor(there, []))
    expect(JSON.parse(back.facts.files.get('/etc/docker/daemon.json')?.content ?? '')).toEqual({ 'live-restore': true, debug: true })
  })
})

describe('a server on which each static site has a web server of its own, as earlier versions made it', () => {
  const [id, slot] = ['example.org', 1] as const
  const spec = ServerSpec.parse({ ...emptySpec, revision: 1, sites: [{ id, slot, domain: id, www: false, source: { kind: 'upload', release: 'u20260101000000-0123abcd' } }] })
  const earlier = (): Server => {
    const now = applyChanges(fresh(), planFor(fresh(), render({ ...spec, sites: [] }, resources)))
    const old = [`container/homeport-${id}`, `network/homeport-${id}`, `file//etc/systemd/system/homeport-${id}.service`, `file//etc/homeport/sites/${id}/nginx/nginx.conf`] as const
    return { ...now, facts: {
      ...now.facts, owned: { version: 1, resources: { ...now.facts.owned?.resources, ...Object.fromEntries(old.map((one) => [one, {}])) } },
      files: new Map([...now.facts.files, ...old.slice(2).map((one) => [one.slice('file/'.length), fileOf('old')] as const)]), units: new Map([...now.facts.units, [`homeport-${id}.service`, unitOf(`homeport-${id}.service`)]]),
      docker: { ...now.facts.docker, containers: [...now.facts.docker.containers, containerOf(`homeport-${id}`, 'old')], networks: new Map([...now.facts.docker.networks, [`homeport-${id}`, { subnet: '10.213.0.16/28', isInternal: true, labels: {} }]]) },
    } }
  }

  it('gets the one for all first, then the proxy leads there, then the old ones go', () => {
    const desired = render(spec, resources)
    const plan = planFor(earlier(), desired)
    const order = plan.changes.filter(({ verdict }) => verdict !== 'noop').map((change) => change.id)
    const steps = [`file//etc/homeport/static/sites/${id}.conf`, 'network/homeport-static', `release/${id}`, 'container/homeport-static', 'proxy-config/homeport-proxy', `container/homeport-${id}`, `network/homeport-${id}`, `file//etc/systemd/system/homeport-${id}.service`]
    expect(order.filter((step) => (steps as string[]).includes(step))).toEqual(steps)
    const after = applyChanges(earlier(), plan)
    expect(todo(planFor(after, desired))).toEqual([])
    expect([...after.facts.docker.networks.keys()]).toEqual(['homeport-static'])
  })
})
