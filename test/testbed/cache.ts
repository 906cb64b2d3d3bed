/**
 * Where slow things are kept between runs, outside the repository, and the locks
 * that let several test processes share them.
 */
import { createHash } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const LOCK_PATIENCE_MS = 15 * 60_000

/** The cache directory, made when it is not there; XDG Base Directory Specification. */
export async function cacheDirectory(...below: readonly string[]): Promise<string> {
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  const directory = join(base, 'homeport-testbed', ...below)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  return directory
}

/** A short name for content: what is made from the same things is made once. */
export function contentKey(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}

/** Tells whether a process of this computer still runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Does `work` while no other process of this computer holds the lock of that name.
 * The lock names its owner, so that one left by a killed process is taken over.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const path = join(await cacheDirectory('locks'), name)
  const deadline = Date.now() + LOCK_PATIENCE_MS
  while (!(await takeLock(path))) {
    if (Date.now() > deadline) throw new Error(`another process holds ${path}; remove it if that process is gone`)
    await sleep(150)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

/** `link` makes the lock and its content appear in one step, so no reader sees it empty. */
async function takeLock(path: string): Promise<boolean> {
  const mine = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await writeFile(mine, String(process.pid))
  try {
    await link(mine, path)
    return true
  } catch {
    await dropIfAbandoned(path, mine)
    return false
  } finally {
    await rm(mine, { force: true })
  }
}

async function dropIfAbandoned(path: string, mine: string): Promise<void> {
  const owner = Number(await readFile(path, 'utf8').catch(() => ''))
  if (!owner || isAlive(owner)) return
  // Renamed first: of two processes that both find it abandoned only one gets it.
  await rename(path, `${mine}.abandoned`).catch(() => {})
  await rm(`${mine}.abandoned`, { force: true })
}
