import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { appImage, appSource, buildSource } from '../app-site.ts'
import type { Home } from '../home.ts'
import { on } from '../pipeline.ts'
import { newRepositoryName } from '../repository-folder.ts'
import { visit } from '../visitor.ts'

const site = 'net1.walls.test'
const neighbour = 'net2.walls.test'
const greedy = 'net3.walls.test'
const cloud = '169.254.169.254'

/** Shell text that says of each place, `address port`, whether a connection can be made. All at the same time. */
function probe(places: readonly string[]): string {
  return `ask() { if timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>/dev/null; then echo "$1 $2 open"; else echo "$1 $2 closed"; fi; }
${places.map((place) => `ask ${place} &`).join('\n')}
wait`
}
const all = (places: readonly string[], state: 'open' | 'closed'): string[] => places.map((place) => `${place} ${state}`).sort()
/** A container that is well; `steps` are what its build does besides. */
const dockerfile = (...steps: readonly string[]): string => [`FROM ${appImage}`, 'COPY site.conf /etc/nginx/conf.d/default.conf', ...steps, ''].join('\n')
const siteConf = 'server { listen 8000; location / { return 200 well; } }\n'
const look = (round: number): string => dockerfile(`RUN --mount=type=cache,id=shared,target=/cache ls /cache >/seen-${round}; echo mine >/cache/mine`)
const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '').sort()

/** Networks of sites, builds and the proxy: what they reach, and what they do not. `neighbour` and `greedy` are built. */
export function testNetWalls(home: () => Home): void {
  const repositories = { [neighbour]: newRepositoryName('walls'), [greedy]: newRepositoryName('walls') } as const
  type Built = keyof typeof repositories
  /** Where each site has its network. */
  const gateways = new Map<string, string>()

  const containerOf = (domain: string): Promise<string> => on(home().server, `docker ps --format '{{.Names}}' --filter name=homeport-${domain}-`)
  const inside = async (domain: string, script: string): Promise<string> => on(home().server, `docker exec -i ${await containerOf(domain)} bash`, script)
  const addressOf = async (domain: string): Promise<string> => on(home().server, `docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' ${await containerOf(domain)}`)
  const noteGateway = async (domain: string): Promise<void> => void gateways.set(domain, await on(home().server, `docker network inspect --format '{{range .IPAM.Config}}{{.Gateway}}{{end}}' homeport-${domain}`))

  /** Programs of the server's administrator, and a cloud that tells the server's keys. */
  async function setScene(): Promise<void> {
    await on(home().server, `ip link show cloud >/dev/null 2>&1 || { ip link add cloud type dummy; ip link set cloud up; ip address add ${cloud}/32 dev cloud; ip address add fd00:ec2::254/128 dev cloud nodad; }
      for port in 9999 587 25; do systemctl is-active --quiet walls-$port || systemd-run --quiet --collect --unit=walls-$port python3 -m http.server $port --bind ::; done
      for port in 9999 587 25; do timeout 20 bash -c 'until ss -Hltn "sport = :$0" | grep -q .; do sleep 0.1; done' $port; done`)
  }
  /** What nothing of a site may reach: the cloud, programs of the server at all its addresses, and the other sites. */
  async function forbidden(...others: readonly string[]): Promise<string[]> {
    const gatewaysOfOthers = others.map((other) => gateways.get(other) ?? '')
    const ofServer = [home().server.host, '172.17.0.1', gateways.get(site) ?? '', ...gatewaysOfOthers].flatMap((address) => [22, 9999, 25].map((port) => `${address} ${port}`))
    const containers = await Promise.all(others.map(async (other) => `${await addressOf(other)} 8000`))
    return [...new Set([`${cloud} 80`, `${cloud} 9999`, ...ofServer, ...gatewaysOfOthers.map((address) => `${address} 587`), ...containers])]
  }
  /** What is meant: sites by the server's own address, and the Internet. */
  const meant = (): string[] => {
    const { server, git } = home()
    const internet = new URL(git.url('any'))
    return [`${server.host} 80`, `${server.host} 443`, `${internet.hostname} ${internet.port || '80'}`]
  }
  async function expectWalls(): Promise<void> {
    expect(await on(home().server, probe([`${cloud} 80`, `${cloud} 9999`, `${gateways.get(neighbour) ?? ''} 587`])), 'there is something to reach').not.toContain('closed')
    const [no, yes] = [await forbidden(neighbour), [...meant(), `${gateways.get(site) ?? ''} 587`]]
    expect(linesOf(await inside(site, probe([...no, ...yes])))).toEqual([...all(no, 'closed'), ...all(yes, 'open')].sort())
  }
  /** Pushes a Dockerfile; gives what is said where it is not built. */
  async function build(domain: Built, content: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const { here, git } = home()
    await git.push(repositories[domain], { Dockerfile: content, 'site.conf': siteConf, ...more }, 'Another try')
    return await here.act({ kind: 'pull-site', siteId: domain }).then(() => '', String)
  }
  const traces = (): Promise<string> => on(home().server, `docker ps --all --quiet --filter name=-build; pgrep -f '[d]ockerd --config-file' || true; ls /run/homeport/builds 2>/dev/null || true`)

  beforeAll(async () => {
    const { here, git, server } = home()
    await git.secure.trust(server)
    await here.addSite({ domain: site, source: appSource({ VERSION: 'one' }) })
    await noteGateway(site)
    await setScene()
    const places = [...(await forbidden(site)), '10.213.255.1 587', '10.213.255.1 9999', ...meant()]
    await git.createRepo(repositories[neighbour], { Dockerfile: dockerfile('COPY ask /ask', 'RUN bash /ask >/reached', 'RUN --mount=type=cache,id=shared,target=/cache echo bad >/cache/of-the-neighbour'), 'site.conf': siteConf, ask: probe(places) })
    await here.addSite({ domain: neighbour, source: buildSource(git.secure.url(repositories[neighbour])) })
    await noteGateway(neighbour)
    await git.createRepo(repositories[greedy], { Dockerfile: look(1), 'site.conf': siteConf })
    await here.addSite({ domain: greedy, source: buildSource(git.secure.url(repositories[greedy])) })
  }, 300_000)
  afterAll(async () => {
    const { server, here } = home()
    await on(server, 'systemctl stop walls-9999 walls-587 walls-25; ip link delete cloud || true')
    for (const domain of [site, neighbour, greedy]) await here.apply({ kind: 'remove-site', siteId: domain, data: 'delete' })
    expect(await on(server, 'ls -d /var/lib/docker/homeport-builds 2>/dev/null || true')).toBe('')
  }, 300_000)

  it('lets a program reach the Internet, sites and its own door for mail, and nothing else of the server or of others', async () => {
    await expectWalls()
  })

  it('keeps the proxy from where clouds tell keys, whatever name leads there', async () => {
    const places = [`${cloud} 9999`, 'fd00:ec2::254 9999']
    expect(linesOf(await on(home().server, 'docker exec -i homeport-proxy bash', probe([...places, '127.0.0.1 9999'])))).toEqual([...all(places, 'closed'), '127.0.0.1 9999 open'].sort())
    await expect(home().here.addSite({ domain: 'cloud.walls.test', source: { kind: 'address', url: `http://${cloud}` } })).rejects.toThrow(/no visitor may see/)
  })

  it('keeps the mail server and what gets certificates from there too, and the latter from programs of the server', async () => {
    const places = [`${cloud} 9999`, 'fd00:ec2::254 9999']
    const local = ['127.0.0.1 9999', `${home().server.host} 9999`]
    const asUser = async (user: number): Promise<string[]> => linesOf(await on(home().server, `setpriv --reuid=${user} --regid=${user} --clear-groups bash`, probe([...places, ...local, '127.0.0.1 443'])))
    for (const user of [65520, 65525]) expect(await asUser(user)).toEqual([...all(places, 'closed'), ...all([...local, '127.0.0.1 443'], 'open')].sort())
    expect(await asUser(65526)).toEqual([...all([...places, ...local], 'closed'), '127.0.0.1 443 open'].sort())
  })

  it('lets a build reach the Internet, and nothing of the server or of others', async () => {
    const said = linesOf(await inside(neighbour, 'cat /reached'))
    const open = said.filter((line) => line.endsWith(' open'))
    expect([open, said.length > open.length + 10]).toEqual([all(meant(), 'open'), true])
    expect(await home().here.leftToDo()).toEqual([])
  })

  it('gives a build the cache of its own site, and no other', async () => {
    expect(await inside(greedy, 'cat /seen-1')).toBe('')
    expect(await build(greedy, look(2))).toBe('')
    expect(await inside(greedy, 'cat /seen-2')).toBe('mine')
  }, 240_000)

  const taken = (image: string): readonly (readonly [string, string])[] => [
    ['a first line', `FROM ${image}
`],
    ['an argument', `ARG IMAGE=${image}
FROM $IMAGE
`],
    ['a copy', dockerfile(`COPY --from=${image} / /taken/`)],
    ['a mount', dockerfile(`RUN --mount=type=bind,from=${image},target=/taken cp -r /taken/etc /etc/taken`)],
    ['a frontend', `# syntax=${image}
${dockerfile()}`],
  ]
  // Where no registry can be reached, its name cannot be looked up; else it has no such image.
  const notThere = /The build failed.*(denied|not exist|not found|no such host|failed to resolve|failed to do request)/s
  const imageOfSite = async (): Promise<readonly [name: string, id: string]> => {
    const [name = '', id = ''] = (await on(home().server, `docker images --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}' homeport/${site}`)).split(/\s+/)
    expect(name).toMatch(/^homeport\/.*:i[0-9a-f]{64}$/)
    return [name, id]
  }
  it('gives a build no image of another site, of whichever way', async () => {
    const [name] = await imageOfSite()
    for (const [way, text] of taken(name)) expect(await build(greedy, text), way).toMatch(notThere)
  }, 300_000)

  it('builds what was pushed, though the timer looks and builds already, and began before', async () => {
    const { server, here, git } = home()
    const push = (word: string): Promise<string> => git.push(repositories[greedy], { Dockerfile: dockerfile(), 'site.conf': siteConf.replace('well', word) }, word)
    const [pull, building] = ['pull', 'build'].map((kind) => `homeport-${greedy}-${kind}.service`) as [string, string]
    const slow = (unit: string, seconds: number): string => `mkdir -p /run/systemd/system/${unit}.d && printf '[Service]\nExecStartPost=/bin/sleep ${seconds}\n' >/run/systemd/system/${unit}.d/slow.conf`
    onTestFinished(() => on(server, `rm -r /run/systemd/system/${pull}.d /run/systemd/system/${building}.d && systemctl daemon-reload`).then(() => {}))
    await on(server, `${slow(pull, 2)}; ${slow(building, 4)}; systemctl daemon-reload`)
    await push('earlier')
    await on(server, `systemctl start --no-block ${pull}; timeout 60 bash -c 'until [ "$(systemctl show --property=SubState --value ${pull})" = start-post ]; do sleep 0.05; done'`)
    await push('newest')
    await here.act({ kind: 'pull-site', siteId: greedy })
    expect((await visit(server.host, greedy)).body).toBe('newest')
  }, 180_000)

  it('gives a build no image of another site where the older builder is at work, which takes ids too', async () => {
    const { server } = home()
    const [name, id] = await imageOfSite()
    await on(server, 'for place in /usr/libexec/docker /usr/lib/docker; do [ ! -e $place/cli-plugins/docker-buildx ] || mv $place/cli-plugins/docker-buildx $place/docker-buildx.away; done')
    try {
      for (const image of [name, id.replace('sha256:', '').slice(0, 12), id]) expect(await build(greedy, `FROM ${image}\n`), image).toMatch(notThere)
    } finally {
      await on(server, 'for place in /usr/libexec/docker /usr/lib/docker; do [ ! -e $place/docker-buildx.away ] || mv $place/docker-buildx.away $place/cli-plugins/docker-buildx; done')
    }
    expect(await traces()).toBe('')
  }, 300_000)

  it('keeps two builds apart that run at the same time, and a power cut in the middle leaves nothing of them', async () => {
    const { server, here, git } = home()
    await git.push(repositories[greedy], { Dockerfile: dockerfile("RUN nginx -g 'daemon off;'") }, 'Wait for somebody')
    await on(server, `systemctl start homeport-${greedy}-pull.service; systemctl start --no-block homeport-${greedy}-build.service; timeout 100 bash -c 'until journalctl -o cat -u homeport-${greedy}-build.service | grep -qF "RUN nginx -g"; do sleep 0.2; done'`)
    const places = [2, 3, 4, 5].flatMap((last) => [8000, 80, 2375].flatMap((port) => [`10.213.254.${last} ${port}`, `10.213.255.${last} ${port}`]))
    expect(await build(neighbour, dockerfile('COPY ask /ask', 'RUN bash /ask >/reached'), { ask: probe(places) })).toBe('')
    expect(linesOf(await inside(neighbour, 'cat /reached'))).toEqual(all(places, 'closed'))
    expect(await traces(), 'it is still at it').not.toBe('')
    await server.powerCut()
    await expect.poll(() => containerOf(site), { timeout: 60_000 }).not.toBe('')
    await expect.poll(() => here.leftToDo(), { timeout: 90_000, interval: 1000 }).toEqual([])
    await setScene()
    await expectWalls()
    expect(await build(greedy, dockerfile())).toBe('')
    expect(await traces()).toBe('')
  }, 300_000)

  it('stands after Docker was restarted, and says when somebody took it away', async () => {
    const { server, here } = home()
    await on(server, 'systemctl restart docker.service')
    await expectWalls()
    await on(server, 'nft delete table inet homeport')
    expect(await here.leftToDo()).toEqual([expect.stringMatching(/^update firewall\/homeport-firewall: /)])
    await here.apply({ kind: 'set-up' })
    await expectWalls()
    expect(await here.leftToDo()).toEqual([])
  }, 180_000)
}
