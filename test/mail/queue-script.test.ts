import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'queue-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What the script says where the container answers by a command. */
function queueOf(answer: string): { readonly code: number | null; readonly said: string } {
  writeFileSync(join(folder, 'docker'), `#!/bin/bash\n${answer}\n`)
  chmodSync(join(folder, 'docker'), 0o755)
  const script = join(import.meta.dirname, '../../resources/server/commands/mail-queue.sh')
  // No more than 200 MB of memory for each program.
  const { status, stdout } = spawnSync('bash', ['-c', `ulimit -v 200000; exec bash ${script} 3`], { env: { PATH: `${folder}:${process.env['PATH']}` }, encoding: 'utf8', maxBuffer: 50_000_000 })
  return { code: status, said: stdout }
}

it('lists as many as are asked for', () => {
  expect(queueOf('seq 5')).toEqual({ code: 0, said: '0\n1\n2\n3\n' })
  expect(queueOf('true')).toEqual({ code: 0, said: '0\n' })
})

it('says when there is no answer', () => expect(queueOf('exit 1').code).toBe(1))

it('reads so much of an answer without an end, whether it has lines or none', () => {
  expect(queueOf('exec yes')).toEqual({ code: 0, said: '0\ny\ny\ny\n' })
  expect(queueOf('exec cat /dev/zero')).toEqual({ code: 0, said: '0\n' })
  expect(queueOf('echo 1; yes | tr -d "\\n" | head -c 200000; echo; echo 3')).toEqual({ code: 0, said: '0\n1\n3\n' })
})
