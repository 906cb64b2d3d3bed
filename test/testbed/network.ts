/**
 * The network that test servers stand in: one of our own, so that a server keeps its
 * address over a power cut and the engine's other containers are left alone.
 */
import { randomInt } from 'node:crypto'
import { withLock } from './cache.ts'
import { CommandError } from './command.ts'
import { docker, tryDocker } from './engine.ts'

export const NETWORK = 'homeport-testbed'

/**
 * Tried in turn, as another network of the engine may overlap. Neither Docker's defaults
 * nor the range that the product gives to sites: inside a server both must stay free.
 */
const PREFIXES = ['10.61', '10.62', '10.63', '10.64'] as const

export interface TestNetwork {
  /** The first two numbers of every address in it. */
  readonly prefix: string
  /** This computer as the test servers see it (only where the engine's reach is `direct`). */
  readonly gateway: string
}

export function ensureNetwork(): Promise<TestNetwork> {
  return withLock('network', async () => (await inspectNetwork()) ?? (await createNetwork()))
}

/** A server's address is drawn, not assigned: two processes may start servers at the same moment. */
export function drawAddress(network: TestNetwork): string {
  return `${network.prefix}.${randomInt(1, 255)}.${randomInt(1, 255)}`
}

async function inspectNetwork(): Promise<TestNetwork | undefined> {
  const format = '{{(index .IPAM.Config 0).Gateway}}'
  const found = await tryDocker(['network', 'inspect', '--format', format, NETWORK])
  if (found.code !== 0) return undefined
  const gateway = found.stdout.trim()
  return { gateway, prefix: gateway.split('.').slice(0, 2).join('.') }
}

async function createNetwork(): Promise<TestNetwork> {
  let failure: unknown
  for (const prefix of PREFIXES) {
    const gateway = `${prefix}.0.1`
    const args = ['network', 'create', '--subnet', `${prefix}.0.0/16`, '--gateway', gateway, '--label', NETWORK, NETWORK]
    try {
      await docker(args)
      return { prefix, gateway }
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      failure = error
    }
  }
  throw failure
}
