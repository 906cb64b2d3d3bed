/** The same steps as a plan, as a person would run them: one shell script over ssh, without a runner or a log. */
import { compilePlan } from '../../src/main/compile/run.ts'
import { packRun } from '../../src/main/compile/run.ts'
import { parseCertificates } from '../../src/main/facts/certificate.ts'
import type { Facts } from '../../src/main/facts/facts.ts'
import { makePlan } from '../../src/main/plan/plan.ts'
import { render } from '../../src/main/render/render.ts'
import { ServerSpec } from '../../src/shared/spec.ts'
import { resources } from './place.ts'

/** Set-up of a fresh server. The files come inside, packed; the steps follow each other as the plan has them. */
export async function plainSetUpScript(facts: Facts): Promise<Buffer> {
  const spec = ServerSpec.parse({ version: 1, revision: 1, sites: [] })
  const plan = makePlan({ desired: render(spec, resources), facts, certificates: parseCertificates(facts.files), dataOf: () => 'archive' })
  const run = compilePlan('Set up this server', plan, facts)
  const archive = (await packRun(run, '20200101000000-00000000', 'bench', resources)).toString('base64')
  return Buffer.from([
    'set -euo pipefail',
    'export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a',
    'folder=$(mktemp -d)',
    'cd "$folder"',
    `base64 -d <<'END' | tar -xz --no-same-owner\n${archive.replace(/.{76}/g, '$&\n')}\nEND`,
    '. ./lib',
    ...run.steps.map((step) => `echo ${JSON.stringify(step.id)}\n(\n${step.script}\n) </dev/null`),
    'cd /',
    'rm -rf "$folder"',
    '',
  ].join('\n'))
}
