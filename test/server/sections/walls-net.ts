import { afterAll, beforeAll, expect, it } from 'vitest'
import { appImage, appSource, buildSource, draftOf } from '../app-site.ts'
import type { Home } from '../home.ts'
import { on } from '../pipeline.ts'
import { newRepositoryName } from '../repository-folder.ts'

const site = 'net1.walls.test'
const neighbour = 'net2.walls.test'
const built = 'net3.walls.test'
const builtToo = 'net4.walls.test'
const cloud = '169.254.169.254'

/** Shell text that says of each place, `address port`, whether a connection can be made. All at the same time. */
function probe(places: readonly string[]): string {
  return `ask() { if timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>/dev/null; then echo "$1 $2 open"; else echo "$1 $2 closed"; fi; }
${places.map((place) => `ask ${place} &`).join('\n')}
wait`
}
const all = (places: readonly string[], state: 'open' | 'closed'): string[] => places.map((place) => `${place} ${state}`).sort()
const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '').sort()

/** Networks of sites, builds and the proxy: what they reach, and what they do not. */
export function testNetWalls(home: () => Home): void {
  const repository = newRepositoryName('walls')
  const other = newRepositoryName('walls-too')
  /** Where the container of a site has its network. */
  const gateways = new Map<string, string>()

  const containerOf = (domain: string): Promise<string> => on(home().server, `docker ps --format '{{.Names}}' --filter name=homeport-${domain}-`)
  const inside = async (domain: string, script: string): Promise<string> => on(home().server, `docker exec -i ${await containerOf(domain)} bash`, script)
  const addressOf = async (domain: string): Promise<string> => on(home().server, `docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' ${await containerOf(domain)}`)

  /** Programs of the server's administrator, and a cloud that tells the server's keys. */
  async function setScene(): Promise<void> {
    await on(home().server, `ip link add cloud type dummy; ip link set cloud up; ip address add ${cloud}/32 dev cloud; ip address add fd00:ec2::254/128 dev cloud nodad
      for port in 9999 587 25; do systemctl is-active --quiet walls-$port || systemd-run --quiet --collect --unit=walls-$port python3 -m http.server $port --bind ::; done
      for port in 9999 587 25; do timeout 20 bash -c 'until ss -Hltn "sport = :$0" | grep -q .; do sleep 0.1; done' $port; done`)
  }
  /** What nothing of a site may reach. */
  async function forbidden(): Promise<string[]> {
    const { host } = home().server
    const [mine, others] = [gateways.get(site) ?? '', gateways.get(neighbour) ?? '']
    return [`${cloud} 80`, `${cloud} 9999`, ...[host, mine, others, '172.17.0.1'].flatMap((address) => [`${address} 22`, `${address} 9999`, `${address} 25`]), `${others} 587`, `${await addressOf(neighbour)} 8000`]
  }
  /** What is meant: sites by the server's own name, and the Internet. */
  const meant = (): string[] => {
    const { server, git } = home()
    const internet = new URL(git.url(repository))
    return [`${server.host} 80`, `${server.host} 443`, `${internet.hostname} ${internet.port || '80'}`]
  }
  async function checkSite(): Promise<void> {
    const [no, yes] = [await forbidden(), [...meant(), `${gateways.get(site) ?? ''} 587`]]
    expect(linesOf(await inside(site, probe([...no, ...yes])))).toEqual([...all(no, 'closed'), ...all(yes, 'open')].sort())
  }
  /** Pushes a Dockerfile and has it built; what the build says where it does not succeed. */
  async function build(domain: string, name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const { here, git } = home()
    await git.push(name, files, 'Another try')
    const error = await here.act({ kind: 'pull-site', siteId: domain }).then(() => '', String)
    return error
  }
  const isAt = (domain: string): string => `[ "$(systemctl show -P ActiveState homeport-${domain}-build.service)" = activating ]`

  beforeAll(async () => {
    const { here, server, git } = home()
    await git.createRepo(repository, { Dockerfile: `FROM ${appImage}\n` })
    await git.createRepo(other, { Dockerfile: `FROM ${appImage}\n` })
    await here.addSite({ domain: site, source: appSource({ VERSION: 'one' }) })
    await here.addSite({ domain: neighbour, source: appSource({ VERSION: 'two' }) })
    for (const domain of [site, neighbour]) gateways.set(domain, await on(server, `docker network inspect --format '{{range .IPAM.Config}}{{.Gateway}}{{end}}' homeport-${domain}`))
    await setScene()
  }, 240_000)
  afterAll(async () => {
    await on(home().server, 'systemctl stop walls-9999 walls-587 walls-25; ip link delete cloud')
    for (const domain of [site, neighbour, built, builtToo]) await home().here.apply({ kind: 'remove-site', siteId: domain, data: 'delete' })
  }, 240_000)

  it('lets a program reach the Internet, sites and its own door for mail, and nothing else of the server or of others', async () => {
    await checkSite()
    expect(await on(home().server, probe([`${cloud} 80`, `${cloud} 9999`, `${gateways.get(neighbour) ?? ''} 587`])), 'there is something to reach').not.toContain('closed')
  })

  it('keeps the proxy from where clouds tell keys, whatever name leads there', async () => {
    const places = [`${cloud} 9999`, 'fd00:ec2::254 9999']
    expect(linesOf(await on(home().server, 'docker exec -i homeport-proxy bash', probe([...places, '127.0.0.1 9999'])))).toEqual([...all(places, 'closed'), '127.0.0.1 9999 open'].sort())
    await expect(home().here.addSite({ domain: 'cloud.walls.test', source: { kind: 'address', url: `http://${cloud}` } })).rejects.toThrow(/no visitor may see/)
  })

  it('lets a build reach the Internet, and nothing of the server or of others', async () => {
    const { here, git } = home()
    const no = [...(await forbidden()), `${gateways.get(site) ?? ''} 587`, '10.213.255.1 587']
    const serve = `CMD ["sh", "-c", "cp /reached /usr/share/nginx/html/reached; sed -i 's/listen .*;/listen 8000;/' /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'"]`
    await git.push(repository, { Dockerfile: `FROM ${appImage}\nCOPY ask /ask\nRUN bash /ask >/reached\n${serve}\n`, ask: probe([...no, ...meant()]) }, 'Ask around')
    await here.addSite({ domain: built, source: buildSource(git.url(repository)) })
    expect(linesOf(await inside(built, 'cat /reached'))).toEqual([...all(no, 'closed'), ...all(meant(), 'open')].sort())
    expect(await here.leftToDo()).toEqual([])
  }, 180_000)
}
