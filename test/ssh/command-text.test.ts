import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text as readText } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commandText, passwordPrelude } from '../../src/main/ssh/command-text.ts'

test('root runs bash directly, others through sudo, and nobody where root is not asked for', () => {
  const command = { name: 'x', script: 'true' }
  expect(commandText(command, 'root', false)).toEqual({ text: 'exec env LC_ALL=C bash -c true homeport', wantsPassword: false })
  expect(commandText(command, 'without-password', false).text).toBe('exec sudo -n -- env LC_ALL=C bash -c true homeport')
  expect(commandText(command, 'with-password', false)).toMatchObject({ text: expect.stringMatching(/^exec sudo -S -k -p '' -- env LC_ALL=C bash -c /), wantsPassword: true })
  expect(commandText({ ...command, asRoot: false }, 'with-password', false)).toEqual(commandText(command, 'root', false))
})

test('arguments arrive as they are, in whatever shell the person has', () => {
  for (const shell of ['sh', 'bash']) {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')), { maxLength: 4 }), (args) => {
      const { text } = commandText({ name: 'x', script: 'printf "%s\\0" "$#" "$@"', args }, 'root', false)
      const [count, ...got] = execFileSync(shell, ['-c', text], { encoding: 'utf8' }).split('\0').slice(0, -1)
      expect(count).toBe(String(args.length))
      expect(got).toEqual(args.map((arg) => Buffer.from(arg).toString()))
    }), { numRuns: 30 })
  }
})

/** Stands in for sudo in front of what it would run: it has read the password, or it has not. */
function behindSudo(hasRead: boolean): string {
  const { text } = commandText({ name: 'x', script: 'cat' }, 'with-password', false)
  const inner = text.replace("exec sudo -S -k -p '' -- ", '')
  return execFileSync('bash', ['-c', hasRead ? `IFS= read -r password; ${inner}` : inner], { input: `${passwordPrelude('hunter2')}data\nhomeport-input\n`, encoding: 'utf8' })
}

test('the input begins after the mark, whether or not sudo has read the password', () => {
  expect(behindSudo(true)).toBe('data\nhomeport-input\n')
  expect(behindSudo(false)).toBe('data\nhomeport-input\n')
})

/** Runs shell text with its standard input left open until `until` resolves. */
async function runOpen(text: string, until: (child: ChildProcess) => Promise<unknown>): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn('bash', ['-c', text], { stdio: 'pipe' })
  const [[code], stdout, stderr] = await Promise.all([once(child, 'exit'), readText(child.stdout), readText(child.stderr), until(child).then(() => child.stdin.end())])
  return { code: code as number | null, stdout, stderr }
}

test('a command that ends with its input keeps its exit code and output, and reads nothing', async () => {
  const { text } = commandText({ name: 'x', script: 'echo "$1"; echo oh >&2; cat; exit 5', args: ["it's"] }, 'root', true)
  expect(await runOpen(text, (child) => once(child, 'exit'))).toEqual({ code: 5, stdout: "it's\n", stderr: 'oh\n' })
})

test('it ends, with its children, when its input does', async () => {
  const { text } = commandText({ name: 'x', script: 'echo on; sleep 600 & sleep 600' }, 'root', true)
  const begun = performance.now()
  const { code, stdout, stderr } = await runOpen(text, (child) => once(child.stdout as Readable, 'data'))
  // `readText` ends only when no child holds the output open any more.
  expect([code, stdout, stderr]).toEqual([143, 'on\n', ''])
  expect(performance.now() - begun).toBeLessThan(4_000)
})

test('a script that would not fit into one argument is a bug and says so', () => {
  expect(() => commandText({ name: 'big', script: 'x'.repeat(130_000) }, 'root', false)).toThrow(RangeError)
})
