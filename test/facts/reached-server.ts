import { readFileSync } from 'node:fs'
import { gatherCommand, type GatherOptions } from '../../src/main/facts/gather.ts'
import type { Facts } from '../../src/main/facts/facts.ts'
import { parseFacts } from '../../src/main/facts/parse-facts.ts'
import { connect } from '../../src/main/ssh/connect.ts'
import type { Session } from '../../src/main/ssh/session.ts'
import { startServer, type Distribution, type TestServer } from '../testbed/index.ts'

const repository = new URL('../../', import.meta.url)
export const gatherScript = readFileSync(new URL('resources/server/gather.sh', repository), 'utf8')
export const watchScript = readFileSync(new URL('resources/server/watch.sh', repository), 'utf8')
const layOutScript = readFileSync(new URL('lay-out.sh', import.meta.url), 'utf8')

/** A fresh server with an open session, as the product has it. */
export interface ReachedServer { readonly server: TestServer; readonly session: Session }

export async function reachServer(distribution: Distribution): Promise<ReachedServer> {
  const server = await startServer({ distribution })
  const auth = { kind: 'key-file', path: server.privateKeyPath } as const
  const outcome = await connect({ target: { host: server.host, port: server.port, user: server.user, auth }, secrets: {}, hostKeys: [], acceptHostKey: server.hostKeySha256 })
  if (outcome.kind !== 'connected') throw new Error(`not connected to ${server.name}`)
  return { server, session: outcome.session }
}

export async function leaveServer({ server, session }: ReachedServer): Promise<void> {
  session.close()
  await server.stop()
}

/** The answer as it came, for fixtures. */
export async function askServer(session: Session, options: GatherOptions = {}): Promise<Buffer> {
  return (await session.run(gatherCommand(gatherScript, options))).stdout
}

export async function gatherFacts(session: Session, options: GatherOptions = {}): Promise<Facts> {
  return await parseFacts(await askServer(session, options), options.previous)
}

/** What Homeport leaves behind for `sites` sites, with odd things among it. */
export async function layOutSites(server: TestServer, sites: number): Promise<void> {
  await mustExec(server, `cat > /tmp/lay-out.sh && bash /tmp/lay-out.sh ${sites} && rm /tmp/lay-out.sh`, layOutScript)
}

/** Docker from the distribution, two images, a container of ours and a foreign one. */
export async function installDocker(server: TestServer): Promise<void> {
  await mustExec(server, `
    set -e
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends docker.io $(apt-cache show docker-cli >/dev/null 2>&1 && echo docker-cli)
    docker pull -q nginx:1.28
    docker create --name homeport-site1.example.org --label homeport=1 --label homeport.hash=abc nginx:1.28
    docker run -d --name shop --label 'note=a, homeport=1' -p 8080:80 nginx:1.28
    docker network create --internal --subnet 10.90.1.0/24 --label homeport=1 homeport-site1.example.org
  `)
}

export async function mustExec(server: TestServer, command: string, input?: string): Promise<string> {
  const result = await server.exec(command, input === undefined ? {} : { input })
  if (result.code !== 0) throw new Error(`failed on ${server.name}: ${result.stderr}`)
  return result.stdout
}
