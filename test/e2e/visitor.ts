import { request } from 'node:https'
import type { TestServer } from '../testbed/index.ts'

export interface Visit { readonly status: number; readonly body: string; readonly location: string | undefined; /** The header that insists on HTTPS (RFC 6797). */ readonly hsts: string | undefined }

/**
 * What a visitor of `https://domain/path` gets from the server. The name exists nowhere, so it is only said (SNI and Host);
 * the certificate is self-signed and is not judged here. Rejects where nothing answers within 10 s.
 */
export function visit(server: Pick<TestServer, 'host'>, domain: string, path = '/'): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: server.host, servername: domain, path, headers: { host: domain }, rejectUnauthorized: false, agent: false, timeout: 10_000 }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => { body += text })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, location: response.headers.location, hsts: response.headers['strict-transport-security'] }))
    })
    asked.on('timeout', () => asked.destroy(new Error(`https://${domain}${path} does not answer.`)))
    asked.on('error', reject)
    asked.end()
  })
}

/** The same as someone who logs in (RFC 7617), with the headers of the answer. */
export function visitAs(server: Pick<TestServer, 'host'>, domain: string, name: string, password: string): Promise<Pick<Visit, 'status' | 'body'> & { readonly headers: Readonly<Record<string, unknown>> }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: server.host, servername: domain, path: '/', auth: `${name}:${password}`, headers: { host: domain }, rejectUnauthorized: false, agent: false, timeout: 10_000 }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => { body += text })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }))
    })
    asked.on('timeout', () => asked.destroy(new Error(`https://${domain}/ does not answer.`)))
    asked.on('error', reject)
    asked.end()
  })
}
