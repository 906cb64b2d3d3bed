import './certificate.css'
import { Table } from '@mantine/core'
import type { DnsRecord } from '../../shared/dns-report.ts'
import { CopyIcon } from './code-block.tsx'

const doWords = { add: 'Add', change: 'Change', remove: 'Remove' } as const

interface DnsRecordTableProps {
  readonly records: readonly (Pick<DnsRecord, 'name' | 'value'> & { readonly type: string; readonly action?: DnsRecord['action'] })[]
  readonly label: string
}

/**
 * Records ready to be copied; with what to do to each where that is known.
 * The roles are said in full, because a table that is laid out as blocks on a phone is none for a screen reader.
 */
export function DnsRecordTable({ records, label }: DnsRecordTableProps) {
  const hasActions = records.some((record) => record.action !== undefined)
  const columns = [...(hasActions ? ['Do'] : []), 'Type', 'Name', 'Value']
  return (
    <Table role="table" className="hp-dns-table" mt={6} fz="sm" verticalSpacing={4} aria-label={label} withRowBorders={false}>
      <Table.Thead role="rowgroup"><Table.Tr role="row">{columns.map((column) => <Table.Th key={column} role="columnheader">{column}</Table.Th>)}</Table.Tr></Table.Thead>
      <Table.Tbody role="rowgroup">
        {records.map((record) => (
          <Table.Tr role="row" key={`${record.action}${record.type}${record.name}${record.value}`}>
            {hasActions && <Table.Td role="cell" fw={600}>{record.action === undefined ? '' : doWords[record.action]}</Table.Td>}
            <Table.Td role="cell" fw={600}>{record.type}</Table.Td>
            <Table.Td role="cell" data-label="Name"><Copied value={record.name} label={`Copy the name ${record.name}`} /></Table.Td>
            <Table.Td role="cell" data-label="Value"><Copied value={record.value} label={`Copy the value for ${record.name}`} /></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Copied({ value, label }: { value: string; label: string }) {
  return <div className="hp-copied"><span className="hp-mono">{value}</span><CopyIcon value={value} label={label} /></div>
}
