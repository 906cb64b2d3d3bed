import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { HomeportError } from '../../shared/errors.ts'

/** The test bed's own words (NDJSON on standard output). */
const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), message: z.string() }),
  z.object({ type: z.literal('ready'), name: z.string(), host: z.string(), port: z.number(), user: z.string(), privateKeyPath: z.string(), hostKeySha256: z.string() }),
  z.object({ type: z.literal('down') }),
  z.object({ type: z.literal('error'), message: z.string() }),
])
export type ThrowawayServer = Extract<z.infer<typeof Message>, { type: 'ready' }>

const name = 'homeport-try'
const script = (appDir: string): string => join(appDir, 'test', 'testbed', 'cli.ts')

/** Whether this copy of Homeport has the throwaway server with it: a checkout has, and it needs Linux's or Docker Desktop's engine. */
export function hasThrowaway(appDir: string): boolean {
  return existsSync(script(appDir))
}

/** Boots the throwaway server on this computer, or finds the one that runs. Throws `testbed-unavailable` with what is missing. */
export async function startThrowaway(appDir: string, onProgress: (message: string) => void, signal: AbortSignal): Promise<ThrowawayServer> {
  const ready = await runTestbed(appDir, 'up', onProgress, signal)
  if (ready?.type !== 'ready') throw unavailable('The test server did not say where it is.')
  return ready
}

/** Removes the throwaway server and all that is on it. */
export async function stopThrowaway(appDir: string): Promise<void> {
  await runTestbed(appDir, 'down', () => {}, new AbortController().signal)
}

async function runTestbed(appDir: string, verb: 'up' | 'down', onProgress: (message: string) => void, signal: AbortSignal): Promise<z.infer<typeof Message> | null> {
  // The same program that runs this: Node, or Electron as Node.
  const child = spawn(process.execPath, [script(appDir), verb, '--name', name], { stdio: ['ignore', 'pipe', 'pipe'], signal, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr = (stderr + text).slice(-4000) })
  const ended = new Promise<number | null>((resolve, reject) => { child.once('error', reject); child.once('close', resolve) })
  // Awaited below; until then the lines come first.
  ended.catch(() => {})
  let last: z.infer<typeof Message> | null = null
  for await (const line of createInterface({ input: child.stdout })) {
    const parsed = Message.safeParse(parseJson(line))
    if (!parsed.success) continue
    if (parsed.data.type === 'progress') onProgress(parsed.data.message)
    else if (parsed.data.type === 'error') throw unavailable(parsed.data.message)
    else last = parsed.data
  }
  const exitCode = await ended.catch((error: unknown) => { throw unavailable(error instanceof Error ? error.message : String(error)) })
  if (exitCode !== 0) throw unavailable(stderr.trim() || `It ended with status ${exitCode}.`)
  return last
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // a line of a tool, not of the test bed
  }
}

function unavailable(message: string): HomeportError {
  return new HomeportError('testbed-unavailable', 'The test server cannot be started on this computer.', { hint: message })
}
