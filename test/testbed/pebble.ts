/** Pebble as a container: its settings, and what only its management port tells. */
import { request as ask } from 'node:https'
import type { AcmePaths } from './acme-request.ts'
import type { Authority } from './authority.ts'
import { startCompanion, waitUntilServing, type Companion } from './companion.ts'
import type { Place } from './dns.ts'

export interface ExternalAccount {
  readonly keyId: string
  /** base64url, as CAs hand it out. */
  readonly hmac: string
}

export interface PebblePlan {
  readonly address: string
  readonly authority: Authority
  readonly dns: Place
  readonly validitySeconds: number
  /** Requests that are refused with badNonce, drawn at random, 0 to 100. */
  readonly nonceRejectPercent: number
  /** Orders that need no new validation, as one was made before, 0 to 100. */
  readonly authorizationReusePercent: number
  readonly eab: ExternalAccount | null
}

export interface Pebble {
  readonly host: string
  readonly port: number
  readonly paths: AcmePaths
  /** PEM; another one after `restart`. */
  root(): Promise<string>
  /** Starts it anew: it knows no account, order or certificate any more. */
  restart(): Promise<void>
  suggestRenewal(certificate: string, window: RenewalWindow): Promise<void>
  logs(): Promise<string>
  stop(): Promise<void>
}

/** When a CA wants a certificate renewed (RFC 9773). */
export interface RenewalWindow {
  readonly start: Date
  readonly end: Date
}

/** RFC 8555, section 6.1: a client names itself, or is refused. */
const USER_AGENT = 'homeport-testbed'
/** What it says of itself in its directory is what the real CA says; it does not look at CAA records. */
const CAA_IDENTITY = 'letsencrypt.org'
const PORT = 14_000
const MANAGEMENT_PORT = 15_000

/** The resolver of test servers has to be on port 53 of an address of its own: it is passed on from here. */
const SCRIPT = [
  'socat -t 5 UDP4-RECVFROM:53,fork "UDP4-SENDTO:$DNS" &',
  'socat TCP4-LISTEN:53,fork,reuseaddr "TCP4:$DNS" &',
  'exec pebble -config /etc/pebble.json -dnsserver "$DNS"',
].join('\n')

export async function startPebble(plan: PebblePlan): Promise<Pebble> {
  const { address, authority } = plan
  const companion = await startCompanion({
    part: 'acme', address, script: SCRIPT,
    files: {
      '/etc/pebble.json': JSON.stringify({ pebble: describe(plan) }),
      '/etc/pebble.crt': authority.server.certificate,
      '/etc/pebble.key': authority.server.key,
    },
    environment: {
      DNS: `${plan.dns.address}:${plan.dns.port}`,
      PEBBLE_VA_NOSLEEP: '1',
      PEBBLE_WFE_NONCEREJECT: String(plan.nonceRejectPercent),
      PEBBLE_AUTHZREUSE: String(plan.authorizationReusePercent),
    },
  })
  const call = (port: number, path: string, body = ''): Promise<string> =>
    readHttps({ host: address, port, path, ca: authority.certificate, method: body ? 'POST' : 'GET' }, body)
  const waitForRoot = (): Promise<void> =>
    waitUntilServing(companion, () => Promise.all([call(MANAGEMENT_PORT, '/roots/0'), call(PORT, '/dir')]))
  try {
    await waitForRoot()
    return control({ companion, call, waitForRoot, paths: readPaths(await call(PORT, '/dir')) })
  } catch (error) {
    await companion.stop()
    throw error
  }
}

interface Parts {
  readonly companion: Companion
  readonly call: (port: number, path: string, body?: string) => Promise<string>
  readonly waitForRoot: () => Promise<void>
  readonly paths: AcmePaths
}

function control({ companion, call, waitForRoot, paths }: Parts): Pebble {
  return {
    host: companion.address, port: PORT, paths,
    root: () => call(MANAGEMENT_PORT, '/roots/0'),
    restart: async () => {
      await companion.restart()
      await waitForRoot()
    },
    suggestRenewal: async (certificate, { start, end }) => {
      const ariResponse = JSON.stringify({ suggestedWindow: { start: start.toISOString(), end: end.toISOString() } })
      await call(MANAGEMENT_PORT, '/set-renewal-info/', JSON.stringify({ certificate, ariResponse }))
    },
    logs: companion.logs,
    stop: companion.stop,
  }
}

function describe(plan: PebblePlan): object {
  return {
    listenAddress: `0.0.0.0:${PORT}`,
    managementListenAddress: `0.0.0.0:${MANAGEMENT_PORT}`,
    certificate: '/etc/pebble.crt',
    privateKey: '/etc/pebble.key',
    httpPort: 80,
    tlsPort: 443,
    ocspResponderURL: '',
    externalAccountBindingRequired: plan.eab !== null,
    externalAccountMACKeys: plan.eab ? { [plan.eab.keyId]: plan.eab.hmac } : {},
    retryAfter: { authz: 1, order: 1 },
    caaIdentities: [CAA_IDENTITY],
    keyAlgorithm: 'ecdsa',
    profiles: { default: { description: 'What the test asked for', validityPeriod: plan.validitySeconds } },
  }
}

function readPaths(json: string): AcmePaths {
  const entries = JSON.parse(json) as Record<string, string>
  const path = (entry: string): string => new URL(entries[entry] ?? '/', 'https://pebble').pathname
  return {
    directory: '/dir', newNonce: path('newNonce'), newAccount: path('newAccount'), newOrder: path('newOrder'), renewalInfo: path('renewalInfo'),
  }
}

interface Call {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly method: string
  readonly ca: string
}

/** The body of an answer with 200. @throws Error for any other */
function readHttps(options: Call, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = ask({ ...options, agent: false, timeout: 5000, headers: { 'user-agent': USER_AGENT } }, (response) => {
      response.setEncoding('utf8')
      let text = ''
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`pebble answers ${response.statusCode} to ${options.path}: ${text}`))
      })
    })
    request.on('timeout', () => request.destroy(new Error(`pebble does not answer to ${options.path}`)))
    request.on('error', reject).end(body)
  })
}
