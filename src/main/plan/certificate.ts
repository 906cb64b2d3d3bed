import type { ResourceOf } from '../render/resource.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'

export function planCertificate(resource: ResourceOf<'certificate'>, context: PlanContext): Judgement {
  const certificate = context.certificates.get(resource.name)
  if (certificate === undefined) return { verdict: 'create', reason: 'HTTPS answers at once, with a self-signed certificate of the site itself.' }
  const isSame = certificate.names.length === resource.domains.length && resource.domains.every((domain) => certificate.names.includes(domain))
  if (!certificate.selfSigned) return noop(isSame ? `It covers ${certificate.names.join(', ')}.` : 'The server gets one for the new names by itself; until then the old one stays.')
  if (!isSame) return { verdict: 'replace', reason: `It covers ${certificate.names.join(', ')} and shall cover ${resource.domains.join(', ')}.` }
  if (certificate.notAfter < context.facts.serverTimeMs) return { verdict: 'replace', reason: 'It has expired.' }
  return noop(`It covers ${certificate.names.join(', ')}.`)
}

export function planCertificateRemoval(siteId: string, context: PlanContext): Judgement {
  return context.certificates.has(siteId) ? { verdict: 'delete', reason: 'Its site is removed.' } : noop('It is gone already.')
}
