/**
 * `npm test`: everything. Types, lint, shell scripts, unit tests, tests on real servers, the interface in a real browser.
 * Installs what is missing where it may (root on Debian), else says what to install. `-- --only STAGE` runs one stage.
 * Ends with one line that counts the tests, and a status that is not 0 if anything failed.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import { ensureChromium, ensureShellcheck } from '../test/testbed/prerequisites.ts'

const appDir = resolve(import.meta.dirname, '..')
const results = mkdtempSync(join(tmpdir(), 'homeport-test-'))
const bin = (name: string): string => join(appDir, 'node_modules', '.bin', name)

interface Count { readonly passed: number; readonly failed: number; readonly skipped: number }
interface Stage { readonly name: string; run(): Count | Promise<Count> }

/** A check that passes or fails as a whole. */
function check(command: string, args: readonly string[]): Count {
  const { status } = spawnSync(command, args, { cwd: appDir, stdio: 'inherit' })
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

/** A runner that writes its counts as JSON: those are believed only together with its exit status. */
function counted(command: string, args: readonly string[], file: string, environment: Record<string, string>, read: (report: unknown) => Count): Count {
  const { status } = spawnSync(command, args, { cwd: appDir, stdio: 'inherit', env: { ...process.env, ...environment } })
  const count = readReport(file, read)
  return status !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count
}

function readReport(file: string, read: (report: unknown) => Count): Count {
  try {
    return read(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    process.stderr.write(`There is no report of this stage: ${String(error)}\n`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

function vitest(project: string): Count {
  const file = join(results, `${project}.json`)
  return counted(bin('vitest'), ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], file, {}, (report) => {
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = report as Record<string, number>
    return { passed: numPassedTests ?? 0, failed: (numFailedTests ?? 0) || (numFailedTestSuites ?? 0), skipped: numPendingTests ?? 0 }
  })
}

function playwright(chromium: string): Count {
  const file = join(results, 'playwright.json')
  return counted(bin('playwright'), ['test', '--reporter=list,json'], file, { CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: file }, (report) => {
    const { stats } = report as { stats: { expected: number; unexpected: number; flaky: number; skipped: number } }
    return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }
  })
}

const stages: readonly Stage[] = [
  { name: 'types', run: () => check(bin('tsc'), ['--noEmit', '-p', '.']) },
  { name: 'lint', run: () => check(bin('oxlint'), ['--deny-warnings']) },
  {
    name: 'shell',
    run: async () => {
      const { stdout } = spawnSync('find', ['resources/server', '-type', 'f', '(', '-path', '*/lib/*', '-o', '-path', '*/run/*', '-o', '-path', '*/sftp/sftp-*', '-o', '-name', 'run', '-o', '-name', 'prepare', '-o', '-name', '*.sh', ')'], { cwd: appDir, encoding: 'utf8' })
      const files = stdout.trim().split('\n')
      const [perl, shell] = [files.filter(isPerl), files.filter((file) => !isPerl(file))]
      const checks = [check(await ensureShellcheck(say), ['--shell=bash', ...shell]), ...perl.map((file) => check('perl', ['-T', '-c', file]))]
      return { passed: checks.filter((count) => count.failed === 0).length, failed: checks.filter((count) => count.failed > 0).length, skipped: 0 }
    },
  },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'build', run: () => check(bin('electron-vite'), ['build', '--logLevel', 'warn']) },
  { name: 'server', run: () => vitest('server') },
  { name: 'browser', run: async () => playwright(await ensureChromium(say)) },
]

const isPerl = (file: string): boolean => readFileSync(join(appDir, file), 'utf8').startsWith('#!/usr/bin/perl')

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

const { values: options } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
const unknown = options.only?.find((name) => !stages.some((stage) => stage.name === name))
if (unknown !== undefined) {
  say(`There is no stage "${unknown}". Stages: ${stages.map((stage) => stage.name).join(', ')}.`)
  process.exit(2)
}

const lines: string[] = []
const total = { passed: 0, failed: 0, skipped: 0 }
for (const stage of stages) {
  if (options.only !== undefined && !options.only.includes(stage.name)) continue
  say(`\n${styleText('bold', `── ${stage.name}`)}`)
  const startedAt = performance.now()
  const count = await stage.run()
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += count[key]
  lines.push(`${count.failed === 0 ? '✓' : '✗'} ${stage.name.padEnd(8)} ${String(count.passed).padStart(4)} passed ${String(count.failed).padStart(3)} failed ${String(count.skipped).padStart(3)} skipped  ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
}
rmSync(results, { recursive: true, force: true })
say(`\n${lines.join('\n')}\n`)
say(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
