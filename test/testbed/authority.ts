/**
 * A certificate authority of one test: it signs for the services that stand beside the test
 * servers, so that a client which verifies what it is shown (as it must) can talk to them.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { cacheDirectory } from './cache.ts'
import { output } from './command.ts'

export interface Authority {
  /** Its certificate, PEM: what a client has to trust. */
  readonly certificate: string
  /** A key and a certificate for those names and addresses, PEM. */
  readonly server: { readonly key: string; readonly certificate: string }
}

const VALID_DAYS = '2'
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const

/** Makes an authority and the one certificate that it signs (openssl-req(1)). */
export async function makeAuthority(hosts: readonly string[]): Promise<Authority> {
  const directory = await mkdtemp(join(await cacheDirectory('keys'), 'authority-'))
  try {
    const names = hosts.map((host) => `${isIP(host) ? 'IP' : 'DNS'}:${host}`).join(',')
    await writeFile(join(directory, 'openssl.cnf'), describe(names))
    const request = (name: string, extensions: string, ...signer: readonly string[]): Promise<string> =>
      output('openssl', [
        'req', '-x509', '-config', 'openssl.cnf', '-extensions', extensions, '-subj', `/CN=${name}`, '-days', VALID_DAYS,
        ...NEW_KEY, '-keyout', `${extensions}.key`, '-out', `${extensions}.crt`, ...signer,
      ], { cwd: directory })
    await request('Homeport test authority', 'authority')
    await request('Homeport test service', 'server', '-CA', 'authority.crt', '-CAkey', 'authority.key')
    const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8')
    const [certificate, key, signed] = await Promise.all([read('authority.crt'), read('server.key'), read('server.crt')])
    return { certificate, server: { key, certificate: signed } }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Python 3.13 and later accept only authorities and certificates with these extensions (RFC 5280). */
function describe(names: string): string {
  return [
    '[req]', 'distinguished_name = subject', '[subject]',
    '[authority]', 'basicConstraints = critical,CA:true', 'keyUsage = critical,keyCertSign,cRLSign', 'subjectKeyIdentifier = hash',
    '[server]', 'basicConstraints = critical,CA:false', 'keyUsage = critical,digitalSignature', 'extendedKeyUsage = serverAuth',
    'subjectKeyIdentifier = hash', 'authorityKeyIdentifier = keyid:always', `subjectAltName = ${names}`, '',
  ].join('\n')
}
