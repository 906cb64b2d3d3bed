import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { HomeportError } from '../../shared/errors.ts'

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g

/**
 * Checks a certificate and key that a person brought: pair, names, chain and validity. Gives both as one PEM text, the leaf first.
 * `now` in milliseconds since 1970. Throws `input-invalid` with the field that is wrong.
 */
export function checkOwnCertificate(brought: { readonly chain: string; readonly key: string; readonly names: readonly string[] }, now: number = Date.now()): string {
  const certificates = readChain(brought.chain)
  const key = readKey(brought.key)
  const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key))
  if (leaf === undefined) throw wrong('key', 'This key does not belong to this certificate.', 'Use the key from which the certificate was requested.')
  const uncovered = brought.names.filter((name) => leaf.checkHost(name, { subject: 'never' }) === undefined)
  if (uncovered.length > 0) throw wrong('chain', `The certificate does not cover ${uncovered.join(' and ')}.`, `It covers ${leaf.subjectAltName?.replaceAll('DNS:', '') ?? 'no names'}. Use one that was made for all names of the site.`)
  if (Date.parse(leaf.validTo) < now) throw wrong('chain', `The certificate has expired on ${dayOf(leaf.validTo)}.`, 'Use a newer one.')
  if (Date.parse(leaf.validFrom) > now) throw wrong('chain', `The certificate is valid only from ${dayOf(leaf.validFrom)} on.`, 'Check the clock of this computer, or wait until then.')
  return [...chainFrom(leaf, certificates).map((certificate) => certificate.toString().trim()), key.export({ type: 'pkcs8', format: 'pem' }).toString().trim(), ''].join('\n')
}

function readChain(text: string): X509Certificate[] {
  const blocks = text.match(block) ?? []
  if (blocks.length === 0) throw wrong('chain', 'There is no certificate in this text.', 'Paste the whole file, from BEGIN CERTIFICATE to the last END CERTIFICATE.')
  return blocks.slice(0, 20).map((pem, index) => {
    try {
      return new X509Certificate(pem)
    } catch (cause) {
      throw wrong('chain', `Certificate ${index + 1} of the chain cannot be read.`, 'It may be cut off: copy the file again.', cause)
    }
  })
}

function readKey(text: string): KeyObject {
  if (/ENCRYPTED/.test(text)) throw wrong('key', 'This key is locked with a passphrase.', 'Unlock it first (for example with "openssl pkey -in key.pem -out unlocked.pem"): the server has to start without you.')
  try {
    return createPrivateKey(text)
  } catch (cause) {
    throw wrong('key', 'This is not a private key in PEM form.', 'Paste the whole file, from BEGIN PRIVATE KEY to END PRIVATE KEY.', cause)
  }
}

/** From the leaf up to what a browser knows, whatever the order in the file. */
function chainFrom(leaf: X509Certificate, all: readonly X509Certificate[]): X509Certificate[] {
  const chain = [leaf]
  for (let last = leaf; !isRoot(last);) {
    const issuer = all.find((certificate) => last.checkIssued(certificate) && !chain.includes(certificate))
    if (issuer === undefined) {
      if (isSignedByKnownRoot(last)) break
      throw wrong('chain', `The certificate of "${nameOf(last.issuer)}" is missing in the chain.`, 'Add the intermediate certificates (often a file named chain or ca-bundle) below your own.')
    }
    chain.push(issuer)
    last = issuer
  }
  return chain
}

function isRoot(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate)
}

function isSignedByKnownRoot(certificate: X509Certificate): boolean {
  return rootCertificates.some((pem) => certificate.checkIssued(new X509Certificate(pem)))
}

function nameOf(subject: string): string {
  return /(?:^|\n)CN=(.*)/.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ')
}

function dayOf(date: string): string {
  return new Date(date).toISOString().slice(0, 10)
}

function wrong(field: string, message: string, hint: string, cause?: unknown): HomeportError {
  return new HomeportError('input-invalid', message, { hint, fields: { [field]: message }, ...(cause === undefined ? {} : { cause }) })
}
