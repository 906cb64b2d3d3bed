import { startServer, startGitServer } from './testbed/index.ts'
import { connect } from '../src/main/ssh/connect.ts'
import { loadResources } from '../src/main/resources.ts'
import { gather } from '../src/main/server/gather.ts'
import { preparePlan } from '../src/main/server/planning.ts'
import { startRun, watchRun } from '../src/main/server/runs.ts'
import { sendFiles } from '../src/main/upload/send-files.ts'
import { reduceRun, initialRunState } from '../src/shared/run.ts'
import type { Edit } from '../src/shared/edit.ts'

const t0 = performance.now()
const log = (...a: unknown[]) => console.log(((performance.now() - t0) / 1000).toFixed(2), ...a)
const s = await startServer({ name: 'lead-scratch2' })
log('server', s.host)
const resources = loadResources('resources')
const c = await connect({ target: { host: s.host, port: s.port, user: s.user, auth: { kind: 'key-file', path: s.privateKeyPath } }, secrets: {}, hostKeys: [], acceptHostKey: s.hostKeySha256 })
if (c.kind !== 'connected') throw new Error(c.kind)
const session = c.session
async function apply(edit: Edit) {
  const facts = await gather(session, resources)
  const { plan, run } = preparePlan(facts, edit, resources)
  log('plan', plan.title, plan.changes.filter((x) => x.verdict !== 'noop').map((x) => `${x.verdict} ${x.id} :: ${x.reason}`))
  if (plan.isEmpty) return
  const runId = await startRun(session, run, resources)
  let state = initialRunState
  for await (const events of watchRun({ session: async () => session, runId, resources, signal: new AbortController().signal, pause: async () => {} })) for (const e of events) { state = reduceRun(state, e); if (edit.kind === "uninstall") console.log(JSON.stringify(e)) }
  log('outcome', state.outcome, state.steps.map((x) => `${x.title} ${(x.endedAt ?? 0) - (x.startedAt ?? 0)}ms`).join(' | '))
  if (state.outcome !== 'succeeded') { for (const st of state.steps.filter((x) => x.state === 'failed')) console.log(st.title, st.output.join('\n')); console.log((await s.exec('ls -la /var/lib/homeport/runs/*; journalctl -n 30 --no-pager')).stdout) ; throw new Error('failed') }
  const after = preparePlan(await gather(session, resources), { kind: 'set-up' }, resources).plan
  log('second plan empty', after.isEmpty, after.changes.filter((x) => x.verdict !== 'noop').map((x) => `${x.verdict} ${x.id} :: ${x.reason} ${JSON.stringify(x.diff ?? '').slice(0, 3000)}`))
}
try {
  await apply({ kind: 'set-up' })
  if (process.argv[2] === 'keep') { log('kept', s.host, s.privateKeyPath); process.exit(0) }
  await apply({ kind: 'uninstall', userData: 'delete' })
  await new Promise((r) => setTimeout(r, 4000))
  log((await s.exec(`find / -xdev -path /proc -prune -o -iname '*homeport*' -print; ls /var/lib/docker /etc/docker; cat /etc/docker/daemon.json; systemctl list-units --all --no-pager | grep -i -e homeport -e docker; id homeport`)).stdout)
} catch (e) { console.log("ERROR", e) } finally { session.close(); if (process.argv[2] !== 'keep') await s.stop(); process.exit(0) }
