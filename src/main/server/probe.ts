import { Resolver } from 'node:dns/promises'
import { request } from 'node:https'
import { isIP } from 'node:net'
import { resolverAt } from '../dns/resolvers.ts'
import type { Probe } from '../../shared/status.ts'

const timeoutMs = 10_000

/** `resolvers`: name servers to ask besides this computer's own. One request to a site by its own name, at the server's address: what a visitor would get once DNS leads here. */
export async function probeSite(domain: string, serverHost: string, resolvers: readonly string[]): Promise<Probe> {
  const [answer, dns] = await Promise.all([fetchStatus(domain, serverHost), whereDnsLeads(domain, serverHost, resolvers)])
  return { at: Date.now(), ...answer, dns }
}

function fetchStatus(domain: string, host: string): Promise<Pick<Probe, 'status' | 'latencyMs' | 'error'>> {
  return new Promise((resolve) => {
    const startedAt = performance.now()
    // Only the status is looked at; whether the certificate is trusted is shown on its own.
    const question = request({ host, port: 443, servername: domain, path: '/', method: 'HEAD', headers: { host: domain, 'user-agent': 'Homeport' }, rejectUnauthorized: false, timeout: timeoutMs, agent: false }, (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? null, latencyMs: Math.round(performance.now() - startedAt), error: null })
    })
    question.on('timeout', () => question.destroy(Object.assign(new Error('no answer within 10 seconds'), { code: 'ETIMEDOUT' })))
    question.on('error', (error) => resolve({ status: null, latencyMs: null, error: reasonOf(error) }))
    question.end()
  })
}

/** Why there was no answer, in words; the codes are Node's and OpenSSL's. */
function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED': return 'The server takes no connections on port 443. Is the proxy running?'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH': return 'The server cannot be reached from this computer.'
    case 'ETIMEDOUT': return 'The server does not answer on port 443. A firewall of the provider may be in between.'
    case 'ECONNRESET': return 'The server closed the connection.'
    // What strict-sni answers for a name that it has no certificate for (RFC 6066, unrecognized_name).
    case 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME':
    case 'ERR_SSL_SSL/TLS_ALERT_UNRECOGNIZED_NAME':
    case 'EPROTO': return 'The proxy does not know this name (yet).'
    default: return error.message
  }
}

/** Asks this computer's own resolver and the given ones: any of them may remember for an hour that there was nothing. */
async function whereDnsLeads(domain: string, serverHost: string, resolvers: readonly string[]): Promise<Probe['dns']> {
  const asked = [new Resolver({ timeout: 3000, tries: 1 }), ...resolvers.map(resolverAt)]
  const allAddressesOf = async (name: string): Promise<string[]> => (await Promise.all(asked.map((resolver) => addressesOf(name, resolver)))).flat()
  const [siteAddresses, serverAddresses] = await Promise.all([allAddressesOf(domain), isIP(serverHost) === 0 ? allAddressesOf(serverHost) : [serverHost]])
  if (siteAddresses.length === 0) return 'nowhere'
  return siteAddresses.some((address) => serverAddresses.includes(address)) ? 'here' : 'elsewhere'
}

async function addressesOf(name: string, resolver: Resolver): Promise<string[]> {
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
}
