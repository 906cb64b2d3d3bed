/**
 * A certificate authority and the DNS in which it looks names up, for test servers: a real
 * pebble (RFC 8555) that validates for real, on ports 80 and 443 of what a name leads to, or
 * in the DNS. It does not look at CAA records (Pebble 2.10), and has no rate limits of its own.
 */
import { randomBytes } from 'node:crypto'
import { startAcmeFront, type AcmeFront } from './acme-front.ts'
import { makeAuthority, type Authority } from './authority.ts'
import { startOnFreeAddress } from './companion.ts'
import { makeDns, type Dns } from './dns.ts'
import { startDnsServer, type DnsServer } from './dns-server.ts'
import { findDirectNetwork } from './outer-end.ts'
import { startPebble, type ExternalAccount, type Pebble, type PebblePlan, type RenewalWindow } from './pebble.ts'

export interface AcmeOptions {
  /** How long a certificate is valid, from now. Ninety days when left out. */
  readonly validitySeconds?: number
  /** Requests that pebble refuses with badNonce, drawn at random, 0 to 100. A client that tries again once gets through n of them with (1 - p²)^n. */
  readonly nonceRejectPercent?: number
  /** Refuses every second signed request with badNonce: half of them, and yet whoever tries again gets through. */
  readonly refusesEveryOtherNonce?: boolean
  /** Orders that need no new validation, as one was made before, 0 to 100. None when left out. */
  readonly authorizationReusePercent?: number
  /** Whether a new account needs an external account binding (RFC 8555, section 7.3.4). */
  readonly needsExternalAccount?: boolean
}

export interface TestAcme extends Pick<AcmeFront, 'requests' | 'answerOrdersWith' | 'pause' | 'resume' | 'down' | 'up'> {
  /** URL of its directory, as test servers and this computer reach it. */
  readonly directory: string
  /** PEM: the authorities of its own HTTPS and of what it issues. The second is another one after `forget`. */
  readonly bundle: string
  /** PEM: the authority of what it issues only. */
  readonly root: string
  /** The DNS that it asks, and a resolver on port 53 of that address for everyone in the test. */
  readonly dns: Dns & { readonly address: string }
  /** What a new account has to show; null where none is needed. */
  readonly eab: ExternalAccount | null
  /** Knows no account, order or certificate any more: clients get accountDoesNotExist. */
  forget(): Promise<void>
  /** What it tells from now on about when a certificate (PEM) should be renewed (RFC 9773). certbot asks once in six hours. */
  suggestRenewal(certificate: string, window: RenewalWindow): Promise<void>
  /** What pebble said so far. */
  logs(): Promise<string>
  stop(): Promise<void>
}

const NINETY_DAYS_SECONDS = 90 * 24 * 3600

/** Starts one: half a minute the first time on a machine, a second afterwards. */
export async function startAcme(options: AcmeOptions = {}): Promise<TestAcme> {
  const network = await findDirectNetwork()
  const records = makeDns()
  const dns = await startDnsServer(network.gateway, records.respond)
  const eab = options.needsExternalAccount ? { keyId: 'test-key-1', hmac: randomBytes(32).toString('base64url') } : null
  try {
    const { pebble, authority } = await startOnFreeAddress(network, async (address) => {
      const signed = await makeAuthority([address, network.gateway])
      return { authority: signed, pebble: await startPebble({ address, authority: signed, dns, eab, ...readOptions(options) }) }
    })
    const refusesEveryOtherNonce = options.refusesEveryOtherNonce ?? false
    const front = await startAcmeFront({ bind: network.gateway, authority, upstream: pebble, paths: pebble.paths, refusesEveryOtherNonce })
    return await control({ pebble, authority, front, records, dns, eab, directory: `https://${network.gateway}:${front.port}${pebble.paths.directory}` })
  } catch (error) {
    await dns.stop()
    throw error
  }
}

function readOptions(options: AcmeOptions): Pick<PebblePlan, 'validitySeconds' | 'nonceRejectPercent' | 'authorizationReusePercent'> {
  return {
    validitySeconds: options.validitySeconds ?? NINETY_DAYS_SECONDS,
    nonceRejectPercent: options.nonceRejectPercent ?? 0,
    authorizationReusePercent: options.authorizationReusePercent ?? 0,
  }
}

interface Parts {
  readonly pebble: Pebble
  readonly authority: Authority
  readonly front: AcmeFront
  readonly records: Dns
  readonly dns: DnsServer
  readonly eab: ExternalAccount | null
  readonly directory: string
}

async function control({ pebble, authority, front, records, dns, eab, directory }: Parts): Promise<TestAcme> {
  const { requests, answerOrdersWith, pause, resume, down, up } = front
  let root = await pebble.root()
  return {
    directory, requests, answerOrdersWith, pause, resume, down, up, eab,
    get bundle() { return `${authority.certificate}${root}` },
    get root() { return root },
    dns: { ...records, address: pebble.host },
    forget: async () => {
      await pebble.restart()
      root = await pebble.root()
    },
    suggestRenewal: pebble.suggestRenewal,
    logs: pebble.logs,
    stop: async () => {
      await front.stop()
      await Promise.all([pebble.stop(), dns.stop()])
    },
  }
}
