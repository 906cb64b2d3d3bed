import '../components/certificate.css'
import { Button, Card, Stack, Switch, Text, Title } from '@mantine/core'
import { Link } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import type { SiteStatus } from '../../shared/status.ts'
import { useChanges } from '../components/change-drawer.tsx'
import { AttemptExplanation, AttemptList } from '../components/certificate-attempts.tsx'
import { CertificateChoiceForm } from '../components/certificate-choice-form.tsx'
import { CertificateFacts } from '../components/certificate-facts.tsx'
import { certificateHealth } from '../components/certificate-health.ts'
import { presentFailure } from '../components/certificate-words.ts'
import { Disclosure } from '../components/disclosure.tsx'
import { DnsWatch } from '../components/dns-watch.tsx'
import { useLive } from '../components/live.tsx'
import { Notice } from '../components/notice.tsx'
import { useNow } from '../components/now.tsx'

/** All about the certificate of one site: how it stands, what is left to do, and how the site comes by it. */
export function SiteCertificate({ server, status }: { server: KnownServer; status: SiteStatus }) {
  const { site, care } = status
  const { status: whole } = useLive()
  const now = useNow(20_000)
  const health = certificateHealth(status, now)
  // What was tried before another way was chosen explains nothing now.
  const failure = care?.kind === site.certificate.kind ? presentFailure(care) : null
  const isTrusted = status.certificate?.selfSigned === false && care?.trusted === true
  // Without its program it can neither try nor say why not.
  const isStuck = care === null && whole?.units.some(({ name, active }) => name === 'homeport-certificates.service' && active === 'failed') === true
  const watchesDns = !isTrusted && site.certificate.kind !== 'own'
  return (
    <Stack gap="lg">
      <Notice tone={health.tone} title={health.label}>
        <Stack gap={8}>
          <div>{health.sentence}</div>
          {failure !== null && <Disclosure key={failure.at} label="Why did it fail?" openLabel="Hide why it failed"><AttemptExplanation attempt={failure} /></Disclosure>}
        </Stack>
      </Notice>
      {isStuck && <Notice tone="bad" title="The server could not start the program that gets certificates" actions={<Button size="xs" variant="default" component={Link} href={`/servers/${server.id}/logs/unit/homeport-certificates.service`}>Open its log</Button>}>Its container image may not have come. “Bring back” on the page of the server fetches it again.</Notice>}
      {/* What is left to do comes first. */}
      {watchesDns && <section aria-label="DNS of the site"><Title order={2} mb="sm">DNS</Title><DnsWatch serverId={server.id} siteId={site.id} /></section>}
      <CertificateFacts serverName={server.name} status={status} />
      {!watchesDns && <Disclosure label="Check the DNS of this site now" openLabel="Stop checking the DNS"><DnsWatch serverId={server.id} siteId={site.id} /></Disclosure>}
      <section aria-label="How this site gets its certificate">
        <Title order={2} mb="sm">How this site gets its certificate</Title>
        <CertificateChoiceForm key={JSON.stringify(site.certificate)} serverId={server.id} site={site} accounts={whole?.certificates.dnsAccounts ?? []} />
      </section>
      <HttpsOnly status={status} isTrusted={isTrusted} />
      <section aria-label="What was tried"><Title order={2} mb="sm">What was tried</Title><AttemptList attempts={care?.attempts ?? []} /></section>
    </Stack>
  )
}

/** Strict transport security: easily switched on, hard to take back, so its price is said first. */
function HttpsOnly({ status: { site }, isTrusted }: { status: SiteStatus; isTrusted: boolean }) {
  const changes = useChanges()
  const isBlocked = !isTrusted && !site.hsts
  const change = (hsts: boolean) => changes.review(hsts ? `Tell browsers to use HTTPS only for ${site.domain}` : `Stop insisting on HTTPS for ${site.domain}`, { kind: 'change-site-certificate', siteId: site.id, certificate: site.certificate, hsts })
  return (
    <Card component="section" aria-label="HTTPS only">
      <Title order={2} mb="md">HTTPS only</Title>
      <Switch label="Tell browsers to open this site by HTTPS only (HSTS)" checked={site.hsts} disabled={isBlocked} onChange={(event) => change(event.currentTarget.checked)}
        description="Whoever was here once can then not be led to a false copy of the site without a valid certificate." />
      <Text fz="sm" c="dimmed" mt="sm">The price: these browsers remember it for up to a year. If the certificate ever breaks, they refuse to open the site at all, and nobody can click the warning away. Switch it on once the certificate has renewed well for a while.</Text>
      {isBlocked && <Text fz="sm" mt="sm" className="hp-tone-warn">It cannot be switched on yet: the certificate is not trusted by browsers, so they would be locked out.</Text>}
      {site.hsts && !isTrusted && <Text fz="sm" mt="sm" className="hp-tone-warn">The certificate is not trusted right now, so the server does not say it to browsers at the moment. Those that heard it before still insist on it.</Text>}
    </Card>
  )
}
