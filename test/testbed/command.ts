/**
 * The one place where the test bed starts another program on this computer.
 * Arguments are always an array: nothing here passes through a shell.
 */
import { spawn } from 'node:child_process'

export interface CommandResult {
  /** Exit code; 127 when the program does not exist, 128 when a signal ended it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly input?: string | Buffer
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** A program that had to succeed did not: says what was run and the end of what it printed. */
export class CommandError extends Error {
  readonly result: CommandResult

  constructor(file: string, args: readonly string[], result: CommandResult) {
    const said = (result.stderr.trim() || result.stdout.trim()).slice(-2000)
    super(`${[file, ...args].join(' ').slice(0, 300)} failed with code ${result.code}: ${said}`)
    this.name = 'CommandError'
    this.result = result
  }
}

/** Runs a program to its end and gives what it said, whatever its exit code. */
export function execute(file: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...process.env, LC_ALL: 'C', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    // A program that ends without reading its input breaks the pipe: its exit code tells, not EPIPE.
    child.stdin.on('error', () => {})
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 128, stdout: text(stdout), stderr: text(stderr) }))
    child.stdin.end(options.input)
  })
}

/** Runs a program that must exit 0 and gives what it printed. @throws CommandError */
export async function output(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await execute(file, args, options)
  if (result.code !== 0) throw new CommandError(file, args, result)
  return result.stdout
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8')
}
