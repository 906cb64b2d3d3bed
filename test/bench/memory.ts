/** What stays in the memory of a server between runs. */
import { z } from 'zod'
import { asMb } from './clock.ts'
import type { Place } from './place.ts'
import { atMost, holds, shown, type Line } from './table.ts'

/** A process of the server: resident and proportional bytes (proc_pid_smaps(5)); `pss` null where the kernel does not tell. */
const ServerProcess = z.object({ pid: z.number(), command: z.string(), cgroup: z.string(), container: z.string(), rss: z.number(), pss: z.number().nullable() })
type ServerProcess = z.infer<typeof ServerProcess>

/** Python is on the test servers; nothing of the product needs it. */
const question = `
import glob, json, re, subprocess
names = dict(line.split() for line in subprocess.run(['docker', 'ps', '--no-trunc', '--format', '{{.ID}} {{.Names}}'], capture_output=True, text=True).stdout.splitlines())
def field(text, name):
    found = re.search(r'^' + name + r':\\s+(\\d+) kB', text, re.M)
    return int(found.group(1)) * 1024 if found else None
found = []
for folder in glob.glob('/proc/[0-9]*'):
    try:
        status = open(folder + '/status').read()
        cgroup = open(folder + '/cgroup').read().strip()
        command = open(folder + '/cmdline').read().replace('\\0', ' ').strip()
    except OSError:
        continue
    rss = field(status, 'VmRSS')
    if rss is None:
        continue
    try:
        pss = field(open(folder + '/smaps_rollup').read(), 'Pss')
    except OSError:
        pss = None
    identity = re.search(r'[0-9a-f]{64}', cgroup)
    found.append(dict(pid=int(folder[6:]), command=command, cgroup=cgroup, container=names.get(identity.group(0), '') if identity else '', rss=rss, pss=pss))
print(json.dumps(found))
`

const limitBytes = 60_000_000

export async function measureMemory(place: Place, sites: number): Promise<Line[]> {
  const part = `Memory between runs, with ${sites} sites`
  await untilTimersRest(place.server)
  const all = await readProcesses(place.server)
  const supervision = all.filter((one) => /homeport-[^/]*\.service/.test(one.cgroup))
  const proxy = all.filter((one) => one.container === 'homeport-proxy')
  const webServers = all.filter((one) => one.container.startsWith('homeport-') && one.container !== 'homeport-proxy')
  const shims = all.filter((one) => one.command.includes('containerd-shim'))
  const engine = all.filter((one) => /^\S*(dockerd|containerd) /.test(`${one.command} `))
  if (proxy.length === 0 || webServers.length === 0) throw new Error('Not all containers are found among the processes of the server.')
  // `tail` waits for the end of each container, and systemd for `tail`.
  const strangers = all.filter((one) => one.container === '' && (/homeport/i.test(one.command) || supervision.includes(one)) && !one.command.startsWith('tail --pid='))
  return [
    atMost(part, 'proxy and supervision, resident, shared pages counted in each process', sum(proxy, 'rss') + sum(supervision, 'rss'), limitBytes, asMb),
    ...([...proxy, ...supervision].some((one) => one.pss === null) ? [] : [atMost(part, 'proxy and supervision, shared pages counted once', sum(proxy, 'pss') + sum(supervision, 'pss'), limitBytes, asMb)]),
    shown(part, 'of that: proxy; supervision', `${describe(proxy)}; ${describe(supervision)}`),
    shown(part, 'web server of all static sites (nginx)', describe(webServers)),
    shown(part, "Docker's part: shims; engine", `${describe(shims)}; ${describe(engine)}`),
    holds(part, 'other processes of Homeport', strangers.length === 0, [strangers.length, ...strangers.map((one) => one.command)].join(' '), '0'),
  ]
}

/** What the server's own timers started, such as a look at the certificates of new sites, is none of what stays. */
async function untilTimersRest(server: Place['server']): Promise<void> {
  const { code, stderr } = await server.exec("timeout 300 sh -c 'while systemctl list-units --plain --no-legend --state=activating --state=active homeport-certificates.service \"homeport-*-pull.service\" | grep -q .; do sleep 1; done'")
  if (code !== 0) throw new Error(`Something that a timer started does not end: ${stderr}`)
}

/** Every process of a server with the memory that it takes. */
export async function readProcesses(server: Place['server']): Promise<ServerProcess[]> {
  const { stdout, stderr } = await server.exec('python3 -', { input: question })
  if (stdout === '') throw new Error(`The processes of the server cannot be read: ${stderr}`)
  return z.array(ServerProcess).parse(JSON.parse(stdout))
}

function sum(processes: readonly ServerProcess[], key: 'rss' | 'pss'): number {
  return processes.reduce((total, one) => total + (one[key] ?? 0), 0)
}

function describe(processes: readonly ServerProcess[]): string {
  const isPssKnown = processes.every((one) => one.pss !== null)
  return `${processes.length} processes, ${asMb(sum(processes, 'rss'))}${isPssKnown ? ` (shared once: ${asMb(sum(processes, 'pss'))})` : ''}`
}
