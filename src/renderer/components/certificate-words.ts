import { type AttemptCode, type CertificateAttempt, type CertificateCare, isGood } from '../../shared/certificate.ts'
import { formatMoment } from './quantity.ts'

export interface AttemptWords {
  readonly title: string
  /** What it means, in a sentence or two. */
  readonly meaning: string
  /** What the person can do; empty after a success. */
  readonly advice: string
}

/** What is waited for: the person's DNS, time alone, or something that the person has to mend. */
export type Obstacle = 'dns' | 'time' | 'person'
const obstacles: Partial<Record<AttemptCode, Obstacle>> = { 'dns-missing': 'dns', 'dns-elsewhere': 'dns', 'rate-limited': 'time', 'authority-down': 'time', 'dns-error': 'time' }
export function obstacleOf(code: AttemptCode): Obstacle {
  return obstacles[code] ?? 'person'
}

const words: Record<AttemptCode, AttemptWords> = {
  issued: { title: 'A certificate came', meaning: 'It was signed, checked and put in place.', advice: '' },
  renewed: { title: 'Renewed', meaning: 'The new certificate was checked and put in place. No visitor was cut off.', advice: '' },
  installed: { title: 'Your certificate was put in place', meaning: 'Certificate and key fit together and cover the names of the site.', advice: '' },
  'dns-missing': { title: 'The domain leads nowhere yet', meaning: 'A name of the site has no address in DNS, so nobody can check that the site is yours.', advice: 'Set the DNS records that are shown here. The server looks again every few minutes and goes on by itself.' },
  'dns-elsewhere': { title: 'The domain leads to another machine', meaning: 'A name of the site has an address that is not this server’s.', advice: 'Change the DNS records as shown here. Look out for an old AAAA record: it counts too. The server goes on by itself.' },
  unreachable: { title: 'Port 80 could not be reached', meaning: 'Who signs the certificate visits the site on port 80, and so does the server to try it first. The visit did not come through.', advice: 'Open port 80 for incoming connections in the firewall of your provider. If that is not possible, prove the domain by a DNS record instead.' },
  'answered-by-other': { title: 'Something else answered for the site', meaning: 'The domain leads here, but the answer on port 80 came from another machine or program: often a CDN, a firewall or a web host in between.', advice: 'Switch the proxy of the CDN off for this domain, or prove the domain by a DNS record instead.' },
  caa: { title: 'A CAA record forbids it', meaning: 'DNS says which authorities may sign for this domain, and the chosen one is not among them.', advice: 'Add a CAA record for the authority that shall sign, or remove those that are there. Or choose who signs in the settings of the server.' },
  'dns-error': { title: 'The name servers of the domain did not answer well', meaning: 'DNS gave an error instead of an answer. Often it passes; a broken DNSSEC setting or a name server that is down stays.', advice: 'The server tries again by itself. If it lasts, ask whoever runs the DNS of the domain.' },
  'dns-account': { title: 'The DNS account did not work', meaning: 'The record that proves the domain could not be written with the key that the server has.', advice: 'Check that the key is still valid and may change this domain, and replace it in the settings of the server.' },
  'rate-limited': { title: 'Too many certificates were asked for', meaning: 'Who signs them limits how many a domain or a server gets in a time. Asking again now would only make it longer.', advice: 'There is nothing to do but wait. The server tries again by itself.' },
  'authority-down': { title: 'Who signs certificates is not answering', meaning: 'Their service is out of order or busy. Your site and its present certificate are not touched by that.', advice: 'There is nothing to do. The server tries again by itself.' },
  'authority-refused': { title: 'The certificate was refused', meaning: 'Who signs does not sign for this name, for instance because it is on a list of forbidden names.', advice: 'The details say why. Try another one who signs, in the settings of the server.' },
  'account-refused': { title: 'The account was refused', meaning: 'Who signs did not accept the account, its mail address, or the key id and HMAC key.', advice: 'Check the mail address, and copy key id and HMAC key anew into the settings of the server.' },
  clock: { title: 'The clock of the server is wrong', meaning: 'A certificate is only valid between two moments, so a wrong clock makes good ones look bad.', advice: 'Look into “Check the set-up” of the server, which shows how its clock is set. Then renew.' },
  'disk-full': { title: 'The disk of the server is full', meaning: 'The new certificate could not be written. The present one was not touched.', advice: 'Make room: remove old sites or files that are not needed, or take a bigger disk. Then renew.' },
  'own-invalid': { title: 'Your certificate cannot be used', meaning: 'Certificate and key do not fit together, do not cover the names of the site, or are out of date.', advice: 'Give the site another certificate below, or let the server get one by itself.' },
  'not-served': { title: 'The site shows another certificate', meaning: 'The new certificate is on the server, but visitors were still shown an older one.', advice: 'Restart the proxy on the page of the server. The server looks again by itself.' },
  unknown: { title: 'It failed for an unknown reason', meaning: 'The answer was none that Homeport knows.', advice: 'The details below hold what was said. The server tries again by itself.' },
}

/** An attempt in words. Where only time helps, the advice says until when. */
export function attemptWords(attempt: Pick<CertificateAttempt, 'code' | 'retryAt'>): AttemptWords {
  const known = words[attempt.code]
  if (attempt.code !== 'rate-limited' || attempt.retryAt === null) return known
  return { ...known, advice: `There is nothing to do but wait until ${formatMoment(attempt.retryAt)}. Then the server tries again by itself.` }
}

/** The failure that lasts, or null. One that came right by itself is not tried again, and so no failure any more. */
export function presentFailure(care: Pick<CertificateCare, 'attempts'> | null): CertificateAttempt | null {
  const last = care?.attempts[0]
  return last === undefined || isGood(last.code) || last.retryAt === null ? null : last
}

/** Milliseconds since 1970 of the first failure in a row that still lasts. */
export function failingSince(care: Pick<CertificateCare, 'attempts'>): number | null {
  if (presentFailure(care) === null) return null
  const end = care.attempts.findIndex((attempt, index) => isGood(attempt.code) || (index > 0 && attempt.retryAt === null))
  return care.attempts[(end === -1 ? care.attempts.length : end) - 1]?.at ?? null
}

const authorities: Readonly<Record<string, string>> = {
  'acme-v02.api.letsencrypt.org': 'Let’s Encrypt', 'acme-staging-v02.api.letsencrypt.org': 'Let’s Encrypt’s trial service', 'acme.zerossl.com': 'ZeroSSL',
}
/** Who signs, by the address that the server asks; empty for a certificate that a person brought. */
export function authorityName(directory: string): string {
  const host = URL.canParse(directory) ? new URL(directory).host : directory
  return authorities[host] ?? host
}
export function isForTrial(directory: string): boolean {
  return directory.includes('acme-staging')
}
