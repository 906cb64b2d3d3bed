/** What systemd knows is what a person sees: Homeport's units on a real server, and what can be done with them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readUnits } from '../../src/main/server/units.ts'
import type { UnitDetail } from '../../src/shared/units.ts'
import { startGitServer, startServer, type GitServer, type TestServer } from '../testbed/index.ts'
import { appSource } from './app-site.ts'
import { on, Pipeline, resources } from './pipeline.ts'
import { visit } from './visitor.ts'

let server: TestServer
let git: GitServer
let here: Pipeline
const program = 'program.example.test'
const pulled = 'pulled.example.test'
const timer = `homeport-${pulled}-pull.timer`

const units = async (): Promise<Map<string, UnitDetail>> => new Map((await readUnits(await here.session(), resources)).map((unit) => [unit.name, unit]))

beforeAll(async () => {
  ;[server, git] = await Promise.all([startServer(), startGitServer()])
  here = Pipeline.to(server)
  await here.apply({ kind: 'set-up' })
  await here.addSite({ domain: program, source: appSource({ VERSION: 'one' }) })
  await git.createRepo('site', { 'index.html': 'pulled' })
  await here.addSite({ domain: pulled, source: { kind: 'git', url: git.url('site'), branch: 'main', intervalMinutes: 10, plainHttp: true } })
})
afterAll(async () => {
  here?.close()
  await Promise.all([server?.stop(), git?.stop()])
})

it('shows each unit with its site, its state, its dependencies and its file, in one exchange', async () => {
  const session = await here.session()
  const before = session.exchanges
  const found = await units()
  expect(session.exchanges).toBe(before + 1)
  expect(found.get('homeport-proxy.service')).toMatchObject({ siteId: null, active: 'active', sub: 'running', enabled: 'enabled', needs: ['docker.service'] })
  const live = [...found.values()].filter(({ siteId, active, name }) => siteId === program && active === 'active' && /-(blue|green)\.service$/.test(name))
  expect(live).toHaveLength(1)
  expect(found.get(timer)).toMatchObject({ siteId: pulled, active: 'active', triggers: [`homeport-${pulled}-pull.service`], nextAt: expect.any(Number) as number })
  expect(found.get(`homeport-${pulled}-pull.service`)).toMatchObject({ siteId: pulled, active: 'inactive', result: 'success' })
  for (const unit of found.values()) {
    if (!unit.name.startsWith('homeport-')) continue
    expect(unit.files[0]?.text, unit.name).toBe(`${await on(server, `cat ${unit.files[0]?.path ?? ''}`)}\n`)
  }
})

it('shows what an administrator laid beside a unit', async () => {
  await on(server, `mkdir -p /etc/systemd/system/${timer}.d && printf '[Timer]\\nAccuracySec=9s\\n' >/etc/systemd/system/${timer}.d/mine.conf && systemctl daemon-reload`)
  expect((await units()).get(timer)?.files.map(({ path, text }) => [path.split('/').at(-1), text?.includes('AccuracySec=9s')])).toEqual([[timer, false], ['mine.conf', true]])
  await on(server, `rm -r /etc/systemd/system/${timer}.d && systemctl daemon-reload`)
})

it('stops and starts a unit, and a set-up brings back what was stopped', async () => {
  await here.act({ kind: 'unit', unit: timer, verb: 'stop' })
  expect((await units()).get(timer)).toMatchObject({ active: 'inactive' })
  expect(await here.leftToDo()).toHaveLength(1)
  await here.act({ kind: 'unit', unit: timer, verb: 'start' })
  expect((await units()).get(timer)).toMatchObject({ active: 'active' })
  expect(await here.leftToDo()).toEqual([])
  await here.act({ kind: 'unit', unit: 'homeport-proxy.service', verb: 'restart' })
  expect((await visit(server.host, pulled)).body).toBe('pulled')
})

it('refuses units that are not there or are none of its own', async () => {
  await expect(here.act({ kind: 'unit', unit: 'homeport-gone.service', verb: 'start' })).rejects.toMatchObject({ code: 'input-invalid' })
  await expect(here.act({ kind: 'unit', unit: 'homeport-$(touch).service', verb: 'start' })).rejects.toMatchObject({ code: 'input-invalid' })
  await expect(here.act({ kind: 'unit', unit: 'ssh.service', verb: 'stop' })).rejects.toMatchObject({ code: 'input-invalid' })
  expect(await on(server, 'systemctl is-active ssh.service')).toBe('active')
})

it('says of a unit that failed how it ended', async () => {
  await on(server, `mkdir -p /etc/systemd/system/homeport-${pulled}-pull.service.d && printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n' >/etc/systemd/system/homeport-${pulled}-pull.service.d/break.conf && systemctl daemon-reload; systemctl start homeport-${pulled}-pull.service || true`)
  expect((await units()).get(`homeport-${pulled}-pull.service`)).toMatchObject({ active: 'failed', result: 'exit-code' })
})
