/** What a grader of TLS servers says of a site with a trusted certificate and HSTS. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { TrustedServer } from '../server/trust.ts'
import { startAcme, type TestAcme } from '../testbed/index.ts'
import { runTestssl } from './testssl.ts'

const domain = 'graded.example.test'
let acme: TestAcme
let trusted: TrustedServer
beforeAll(async () => {
  acme = await startAcme()
  trusted = await TrustedServer.start(acme)
  trusted.pointHere(domain)
  await trusted.pipeline.addUpload(domain, { 'index.html': '<h1>Graded</h1>' })
  await trusted.careUntil(domain, (care) => care.trusted, 60_000)
  await trusted.pipeline.apply({ kind: 'change-site-certificate', siteId: domain, certificate: { kind: 'automatic' }, hsts: true })
})
afterAll(async () => {
  await trusted?.stop()
  await acme?.stop()
})

/** What is said of the test bed's authority and not of the server: its certificates name no place to ask about revocation. */
const ofTheAuthority = ['cert_revocation']

it('testssl.sh gives A+ to a site with HSTS, and finds nothing of high severity', async () => {
  const findings = await runTestssl(domain, trusted.server.host, acme.root)
  const what = (id: string): string | undefined => findings.find((one) => one.id === id)?.finding
  const reasons = findings.filter(({ id, severity }) => id.startsWith('grade_cap') || (['HIGH', 'CRITICAL', 'FATAL'].includes(severity) && !ofTheAuthority.includes(id)))
  console.warn(`testssl.sh: grade ${what('overall_grade')}, score ${what('final_score')}, chain of trust: ${what('cert_chain_of_trust')}, ${findings.length} findings`)
  expect(what('overall_grade'), JSON.stringify(reasons, null, 1)).toBe('A+')
  expect(what('cert_chain_of_trust')).toMatch(/^passed/)
  expect(reasons).toEqual([])
})
