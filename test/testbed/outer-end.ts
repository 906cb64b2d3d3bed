/** This computer's end of the test network: where services for test servers listen, and what these call it. */
import { prepareOnce } from './server.ts'
import type { TestNetwork } from './network.ts'

export interface OuterEnd {
  /** The address to listen on. */
  readonly bind: string
  /** The same, as a test server sees it. */
  readonly host: string
}

export async function findOuterEnd(): Promise<OuterEnd> {
  const { engine, network } = await prepareOnce(() => {})
  if (engine.reach === 'published') return { bind: '127.0.0.1', host: 'host.docker.internal' }
  return { bind: network.gateway, host: network.gateway }
}

/** The network, where its addresses answer from this computer. @throws Error where they do not */
export async function findDirectNetwork(): Promise<TestNetwork> {
  const { engine, network } = await prepareOnce(() => {})
  if (engine.reach === 'direct') return network
  throw new Error('The test CA and the name servers need a Docker engine on Linux: this one runs in a virtual machine, and its containers have no address that answers here.')
}
