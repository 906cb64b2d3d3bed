import type { Socket } from 'node:net'
import { createTransport } from 'nodemailer'
import { HomeportError } from '../../shared/errors.ts'
import type { SmarthostAddress } from '../../shared/mail.ts'
import type { Resources } from '../resources.ts'
import type { SocketSession } from '../ssh/session.ts'

const timeoutMs = 15_000

export interface SmarthostLogin extends SmarthostAddress {
  readonly password: string | undefined
  /** PEM of an authority to trust besides the well-known ones. */
  readonly authority?: string
}

/** Logs in to a smarthost from the server, over TLS whose certificate is checked as the mail server will. Throws `smarthost-refused` with what went wrong and what to do. */
export async function checkSmarthost(session: SocketSession, { host, port, security, user, password, authority }: SmarthostLogin, resources: Resources): Promise<void> {
  const dialled = await session.openDuplex({ name: 'dial-smarthost', script: resources.text('commands/dial.sh'), args: [host, String(port)], asRoot: false })
  const transport = createTransport({
    host, port, secure: security === 'tls', requireTLS: security === 'starttls',
    connection: dialled as Socket,
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
    ...(authority === undefined ? {} : { tls: { ca: authority, servername: host } }),
    connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs,
  })
  try {
    await transport.verify()
  } catch (error) {
    throw refusal(error, { host, port, security })
  } finally {
    transport.close()
    dialled.destroy()
  }
}

function refusal(thrown: unknown, { host, port, security }: Pick<SmarthostAddress, 'host' | 'port' | 'security'>): HomeportError {
  const error = thrown as { code?: string; responseCode?: number; response?: string; message?: string }
  const detail = (error.response ?? error.message ?? '').slice(0, 500)
  if (error.code === 'EAUTH') return new HomeportError('smarthost-refused', `${host} did not accept the user and the password.`, { hint: 'Type them again as the provider of the smarthost shows them. Some want a password that is made for programs.', detail, fields: { password: 'It was not accepted.' } })
  if (error.code === 'ETLS' || /certificate|ssl|tls/i.test(detail)) return new HomeportError('smarthost-refused', `There is no safe connection to ${host} on port ${port}.`, { hint: security === 'tls' ? 'Take port 465 for TLS from the first byte, or 587 with STARTTLS; and the name that is in its certificate.' : 'Take port 587 with STARTTLS, or 465 for TLS from the first byte; and the name that is in its certificate.', detail, fields: { port: 'No safe connection on this port.' } })
  return new HomeportError('smarthost-refused', `${host} does not answer your server on port ${port}.`, { hint: 'Check the name and the port. Where the provider of your server blocks port 587 too, ask for another port of the smarthost, such as 2525 or 465.', detail, fields: { host: 'It does not answer on this port.' } })
}
