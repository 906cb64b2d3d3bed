/**
 * A server that outlives the process that started it, found again by its name: for the
 * demo and for "Try it on this computer".
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from './cache.ts'
import { findContainer, removeContainer, serverDirectory, waitForLogin } from './container.ts'
import { docker, isEngineAnswering } from './engine.ts'
import type { OnProgress } from './prerequisites.ts'
import { controlServer, prepareOnce, startServer, type TestServer } from './server.ts'

export const DEFAULT_NAME = 'homeport-demo'

/** Gives the running server of that name, switches it on, or starts a new one. */
export function keepServer(name: string, onProgress: OnProgress): Promise<TestServer> {
  return withLock(`kept-${name}`, async () => {
    const existing = await reopenServer(name, onProgress)
    if (existing) return existing
    await removeContainer(name) // one whose key was lost cannot be logged in to
    const server = await startServer({ name, isKept: true, onProgress })
    await writeFile(await fingerprintPath(name), server.hostKeySha256)
    return server
  })
}

/** Removes the server of that name and its disk; tells whether there was one. */
export async function dropServer(name: string): Promise<boolean> {
  const server = (await isEngineAnswering()) ? await findContainer(name) : undefined
  if (server) await removeContainer(name)
  return server !== undefined
}

async function reopenServer(name: string, onProgress: OnProgress): Promise<TestServer | undefined> {
  const { engine } = await prepareOnce(onProgress)
  const found = await findContainer(name)
  const privateKeyPath = join(await serverDirectory(name), 'id_ed25519')
  const privateKey = await readFile(privateKeyPath, 'utf8').catch(() => undefined)
  const hostKeySha256 = await readFile(await fingerprintPath(name), 'utf8').catch(() => undefined)
  if (!found || !privateKey || !hostKeySha256) return undefined
  if (!found.isRunning) {
    onProgress(`Switching on the server ${name}`)
    await docker(['start', name])
  }
  const reached = await waitForLogin(name, engine)
  return controlServer({ name, reached, engine, privateKeyPath, privateKey, hostKeySha256 })
}

async function fingerprintPath(name: string): Promise<string> {
  return join(await serverDirectory(name), 'host-key.sha256')
}
