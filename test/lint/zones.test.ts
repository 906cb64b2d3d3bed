import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const oxlint = join(root, 'node_modules/.bin/oxlint')
/** What each zone refuses: file, import, and a part of where the message sends one instead. */
const refused: readonly (readonly [file: string, line: string, advice: string])[] = [
  ['src/shared/spec.ts', "import { x } from '../main/services.ts'", 'the language that both sides speak'],
  ['src/shared/spec.ts', "import { x } from 'node:crypto'", 'zod and tldts'],
  ['src/shared/spec.ts', "import { x } from 'react'", 'zod and tldts'],
  ['src/shared/spec.ts', "export const x = import('../renderer/api.ts')", 'the language that both sides speak'],
  ['src/preload/index.ts', "import { x } from '../main/services.ts'", 'only exposes the wire'],
  ['src/preload/index.ts', "import { x } from 'node:fs'", 'only exposes the wire'],
  ['src/renderer/screens/a.tsx', "import { x } from '../../main/services.ts'", 'src/renderer/api.ts'],
  ['src/renderer/screens/a.tsx', "import type { x } from '../../main/facts/facts.ts'", 'src/renderer/api.ts'],
  ['src/renderer/screens/a.tsx', "import { x } from 'node:fs'", 'a call of the contract'],
  ['src/renderer/screens/a.tsx', "import { x } from 'electron'", 'a call of the contract'],
  ['src/renderer/screens/a.tsx', "import { x } from '../../shared/client.ts'", 'import api from there'],
  ['src/renderer/screens/a.tsx', "import { x } from '../../shared/socket-wire.ts'", 'import api from there'],
  ['src/renderer/screens/a.tsx', 'export const x = window.homeport', 'import api from there'],
  ['src/renderer/api.ts', "import { x } from '../main/services.ts'", 'only through the contract'],
  ['src/renderer/api.ts', "import { x } from 'node:fs'", 'no rights of its own'],
  ['src/main/server/a.ts', "import { x } from '../../renderer/api.ts'", 'src/shared'],
  ['src/main/services.ts', "import { x } from 'electron'", 'src/main/electron'],
  ['src/main/server/a.ts', "import { x } from 'electron-store'", 'take a Conf'],
  ['src/main/server/a.ts', "import { x } from 'ssh2'", 'src/main/ssh'],
  ['src/main/server/a.ts', "import { x } from 'dockerode'", 'src/main/docker'],
  ['src/main/server/a.ts', "import { x } from '../electron/window.ts'", 'never the other way round'],
  ['src/main/services.ts', "import { x } from './web/server.ts'", 'never the other way round'],
  ['src/main/dns/a.ts', "import { x } from '../server/live.ts'", 'knows only src/shared'],
  ['src/main/ssh/a.ts', "import { x } from 'dockerode'", 'src/main/docker'],
  ['src/main/docker/a.ts', "import { x } from 'ssh2'", 'src/main/ssh'],
  ['src/main/electron/a.ts', "import { x } from '../ssh/connect.ts'", 'src/main/services.ts'],
  ['src/main/electron/a.ts', "import { x } from '../store/secrets.ts'", 'hands its own Conf'],
  ['src/main/web/a.ts', "import { x } from 'electron'", 'without Electron'],
  ['src/main/web/a.ts', "import { x } from '../server/live.ts'", 'src/main/services.ts'],
  ['src/main/facts/a.ts', "import { x } from '../plan/plan.ts'", 'src/main/server'],
  ['src/main/facts/a.ts', "import { x } from '../ssh/connect.ts'", 'src/main/server runs it'],
  ['src/main/facts/a.ts', "import { x } from 'node:fs/promises'", 'pure'],
  ['src/main/render/a.ts', "import { x } from '../plan/plan.ts'", 'src/main/plan'],
  ['src/main/render/a.ts', "import { x } from '../facts/facts.ts'", 'src/main/plan'],
  ['src/main/render/a.ts', "import { x } from 'node:child_process'", 'pure'],
  ['src/main/plan/a.ts', "import { x } from '../compile/run.ts'", 'src/main/compile'],
  ['src/main/plan/a.ts', "import { x } from '../server/runs.ts'", 'src/main/compile'],
  ['src/main/plan/a.ts', "import { x } from 'node:net'", 'pure'],
  ['src/main/compile/a.ts', "import { x } from '../ssh/command-text.ts'", 'src/main/server starts it'],
  ['src/main/compile/a.ts', "import { x } from '../resources.ts'", 'src/main/services.ts'],
  ['src/main/edit/a.ts', "import { x } from '../store/settings.ts'", 'src/main/server starts it'],
  ['src/main/edit/a.ts', "import { x } from 'node:http'", 'pure'],
]
/** What stays possible beside it. */
const allowed: readonly (readonly [file: string, line: string])[] = [
  ['src/shared/spec.ts', "import { z } from 'zod'\nimport { Domain } from './domain.ts'"],
  ['src/preload/index.ts', "import { ipcRenderer } from 'electron'"],
  ['src/renderer/screens/a.tsx', "import type { Client } from '../../shared/client.ts'\nimport { Plan } from '../../shared/plan.ts'"],
  ['src/renderer/api.ts', "import { createClient } from '../shared/client.ts'\nexport const bridge = window.homeport"],
  ['src/main/electron/a.ts', "import { app } from 'electron'\nimport { createServices } from '../services.ts'\nimport type { SecretBox } from '../store/secret-box.ts'"],
  ['src/main/dns/a.ts', "import { counterpart } from '../../shared/spec.ts'"],
  ['src/main/ssh/a.ts', "import ssh2 from 'ssh2'\nimport net from 'node:net'"],
  ['src/main/docker/a.ts', "import Docker from 'dockerode'"],
  ['src/main/facts/a.ts', "import type { RemoteCommand } from '../ssh/session.ts'\nimport { createHash } from 'node:crypto'"],
  ['src/main/plan/a.ts', "import { sha256 } from '../render/hash.ts'\nimport type { Facts } from '../facts/facts.ts'"],
  ['src/main/compile/a.ts', "import { packageNeeds } from '../plan/packages.ts'\nimport type { Resources } from '../resources.ts'"],
  ['test/server/a.ts', "import ssh2 from 'ssh2'\nimport { x } from '../../src/renderer/api.ts'"],
]

interface Finding { readonly message: string; readonly help?: string; readonly code: string; readonly filename: string }
let folder = ''
const findings = new Map<string, Finding[]>()

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'homeport-zones-'))
  const config = readFileSync(join(root, '.oxlintrc.json'), 'utf8')
  // Each case lies in a project of its own below its number, so that all are read in one go.
  const cases = [...refused.map(([file, line]) => [file, line] as const), ...allowed]
  for (const [index, [file, line]] of cases.entries()) {
    const project = join(folder, String(index))
    mkdirSync(dirname(join(project, file)), { recursive: true })
    // Options hold for a whole run and may stand only in the outermost configuration.
    writeFileSync(join(project, '.oxlintrc.json'), config.replace(/"options": .*/, ''))
    writeFileSync(join(project, file), `${line}\n`)
  }
  const { stdout } = spawnSync(oxlint, ['--format=json'], { cwd: folder, encoding: 'utf8' })
  for (const finding of (JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics) {
    if (!finding.code.includes('no-restricted')) continue
    const project = finding.filename.split('/')[0] ?? ''
    findings.set(project, [...(findings.get(project) ?? []), finding])
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it.each(refused.map((one, index) => [...one, index] as const))('refuses in %s: %s', (_file, _line, advice, index) => {
  const [finding] = findings.get(String(index)) ?? []
  expect(`${finding?.message} ${finding?.help}`).toContain(advice)
})

it.each(allowed.map((one, index) => [...one, refused.length + index] as const))('allows in %s: %s', (_file, _line, index) => {
  expect(findings.get(String(index))).toBeUndefined()
})

it('refuses a cycle of imports and a test that runs alone', () => {
  const project = mkdtempSync(join(tmpdir(), 'homeport-cycle-'))
  try {
    copyFileSync(join(root, '.oxlintrc.json'), join(project, '.oxlintrc.json'))
    mkdirSync(join(project, 'src/main/plan'), { recursive: true })
    mkdirSync(join(project, 'test'))
    writeFileSync(join(project, 'src/main/plan/a.ts'), "import { b } from './b.ts'\nexport const a = (): number => b()\n")
    writeFileSync(join(project, 'src/main/plan/b.ts'), "import { a } from './a.ts'\nexport const b = (): number => a()\n")
    writeFileSync(join(project, 'test/a.test.ts'), "import { expect, it } from 'vitest'\nit.only('a', () => expect(1).toBe(1))\nit.skip('b', () => expect(1).toBe(1))\n")
    const { stdout } = spawnSync(oxlint, ['--format=json'], { cwd: project, encoding: 'utf8' })
    expect(stdout).toContain('no-cycle')
    expect(stdout).toContain('no-focused-tests')
    expect(stdout).toContain('no-disabled-tests')
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
})
