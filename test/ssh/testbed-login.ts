import type { Target } from '../../src/shared/connection.ts'
import { connect, type ConnectOptions } from '../../src/main/ssh/connect.ts'
import type { SocketSession } from '../../src/main/ssh/session.ts'
import type { TestServer } from '../testbed/index.ts'

/** A target on a test server: root with the server's key unless said. */
export function targetOf(server: Pick<TestServer, 'host' | 'port' | 'privateKeyPath'>, change: Partial<Target> = {}): Target {
  return { host: server.host, port: server.port, user: 'root', auth: { kind: 'key-file', path: server.privateKeyPath }, ...change }
}

export type Login = Partial<Omit<ConnectOptions, 'target'>> & { readonly target?: Partial<Target> }

/** Logs in with the server's host key agreed to. */
export async function logIn(server: TestServer, login: Login = {}): Promise<SocketSession> {
  const { target, ...options } = login
  const outcome = await connect({ secrets: {}, hostKeys: [], acceptHostKey: server.hostKeySha256, ...options, target: targetOf(server, target) })
  if (outcome.kind !== 'connected') throw new Error(`not connected: ${outcome.kind}`)
  return outcome.session
}

/** Changes sshd's settings. `order` is two digits: of two values for one setting, the earlier file's counts. */
export async function setSshd(server: TestServer, order: string, settings: string): Promise<void> {
  const file = `/etc/ssh/sshd_config.d/${order}-test.conf`
  // Restarted often here, which systemd would take for a crash loop.
  const result = await server.exec(`cat > ${file} && systemctl reset-failed ssh && systemctl restart ssh`, { input: settings })
  if (result.code !== 0) throw new Error(result.stderr)
}

/** Lets a test fail many logins from one address, which sshd would punish and PAM would delay by two seconds each. */
export async function forgivePenalties(server: TestServer): Promise<void> {
  await setSshd(server, '05', 'PerSourcePenalties no\n')
  await server.exec("sed -i 's/pam_unix.so/& nodelay/' /etc/pam.d/common-auth")
}

/** The code, message, hint and detail of what a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<{ code: unknown; message: string; hint: unknown; detail: unknown; fields: unknown }> {
  const error = await promise.then(() => { throw new Error('it worked, but should have failed') }, (reason: unknown) => reason)
  if (!(error instanceof Error)) throw new Error(`not an error: ${String(error)}`)
  return { message: error.message, ...Object.fromEntries(['code', 'hint', 'detail', 'fields'].map((name) => [name, Reflect.get(error, name)])) } as never
}
