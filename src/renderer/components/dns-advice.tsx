import { Text } from '@mantine/core'
import { DnsRecordTable } from './dns-records.tsx'
import { dnsRecords } from './site-health.ts'

/** Which records to set, ready to be copied. */
export function DnsAdvice({ site, host }: { site: { domain: string; www: boolean }; host: string }) {
  const records = dnsRecords(site, host)
  return (
    <div>
      <Text fz="sm">Where you bought the domain, or where its DNS is managed, set {records.length === 1 ? 'this record' : 'these records'}. It takes effect within minutes, at times hours.</Text>
      <DnsRecordTable records={records} label="DNS records to set" />
      {records[0]?.type === 'CNAME' && <Text fz="xs" c="dimmed" mt={4}>Some registrars allow no CNAME for a domain without a part before it. Then set an A record with the IP address of {host}.</Text>}
    </div>
  )
}
