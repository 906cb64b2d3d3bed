import { Table, Text } from '@mantine/core'
import { CopyIcon } from './code-block.tsx'
import { dnsRecords } from './site-health.ts'

/** Which records to set, ready to be copied. */
export function DnsAdvice({ site, host }: { site: { domain: string; www: boolean }; host: string }) {
  const records = dnsRecords(site, host)
  return (
    <div>
      <Text fz="sm">Where you bought the domain, or where its DNS is managed, set {records.length === 1 ? 'this record' : 'these records'}. It takes effect within minutes, at times hours.</Text>
      <div style={{ overflowX: 'auto' }}>
        <Table mt={6} fz="sm" verticalSpacing={4} aria-label="DNS records to set" withRowBorders={false}>
          <Table.Thead><Table.Tr><Table.Th>Type</Table.Th><Table.Th>Name</Table.Th><Table.Th>Value</Table.Th><Table.Th><span className="hp-hidden">Copy</span></Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {records.map((record) => (
              <Table.Tr key={record.name}>
                <Table.Td fw={600}>{record.type}</Table.Td><Table.Td className="hp-mono">{record.name}</Table.Td><Table.Td className="hp-mono" {...(record.type === 'A' ? { style: { whiteSpace: 'nowrap' } } : {})}>{record.value}</Table.Td>
                <Table.Td w={36} p={0}><CopyIcon value={record.value} label={`Copy the value for ${record.name}`} /></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {records[0]?.type === 'CNAME' && <Text fz="xs" c="dimmed" mt={4}>Some registrars allow no CNAME for a domain without a part before it. Then set an A record with the IP address of {host}.</Text>}
    </div>
  )
}
