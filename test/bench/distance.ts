/**
 * Distance to a test server: delay proxies for SSH and HTTPS. They are a process of their own, so that their
 * work neither counts as the desktop's nor makes it late.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Distance {
  readonly host: '127.0.0.1'
  readonly sshPort: number
  readonly httpsPort: number
  /** For connections from now on and those that are open. */
  setRtt(rttMs: number): Promise<void>
  stop(): Promise<void>
}

/** What this process tells the proxies. */
export interface DistanceOrder { readonly rttMs: number }
/** What they answer: first the ports, then once for each order. */
export interface DistanceAnswer { readonly sshPort: number; readonly httpsPort: number }

export async function startDistance(server: { readonly host: string; readonly port: number }): Promise<Distance> {
  // It ends by itself when this process is gone (its IPC channel closes then).
  const child = fork(fileURLToPath(new URL('distance-process.ts', import.meta.url)), [server.host, String(server.port)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [answer] = await once(child, 'message') as [DistanceAnswer]
  return {
    host: '127.0.0.1', ...answer,
    async setRtt(rttMs) {
      const done = once(child, 'message')
      child.send({ rttMs } satisfies DistanceOrder)
      await done
    },
    async stop() {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}
