import type { DnsReport, NameReport } from '../../../src/shared/dns-report.ts'

const seen = (by: string, a: string[], aaaa: string[] = [], caa: string[] = []): NameReport['seen'][number] => ({ by, a, aaaa, cname: null, caa, error: null })
const here = (name: string): NameReport => ({ name, verdict: 'here', message: 'It leads to this server.', records: [], seen: [seen('1.1.1.1', ['203.0.113.10']), seen('ns1.example.net', ['203.0.113.10'])] })

/** What is seen of one name; the first one of new.example.com comes right after a while. */
function reportOf(name: string, round: number): NameReport {
  if (name === 'new.example.com') {
    if (round > 3) return here(name)
    if (round > 1) return { name, verdict: 'spreading', message: 'The record is right. Some resolvers still remember the old answer; this takes up to 5 minutes.', records: [], seen: [seen('1.1.1.1', []), seen('ns1.example.com', ['203.0.113.10'])] }
    return { name, verdict: 'missing', message: 'It has no address in DNS. Add this record where the DNS of example.com is managed.', records: [{ action: 'add', type: 'A', name, value: '203.0.113.10' }], seen: [seen('1.1.1.1', []), seen('8.8.8.8', [])] }
  }
  if (name === 'www.new.example.com') return { name, verdict: 'mixed', message: 'Its IPv4 address is this server’s, but an old IPv6 address leads elsewhere. Remove the AAAA record.', records: [{ action: 'remove', type: 'AAAA', name, value: '2001:db8:dead:beef::80' }], seen: [seen('1.1.1.1', ['203.0.113.10'], ['2001:db8:dead:beef::80'])] }
  if (name === 'moved.example.com') return { name, verdict: 'caa', message: 'It leads here, but its CAA record lets only digicert.com sign. Add one for Let’s Encrypt.', records: [{ action: 'add', type: 'CAA', name, value: '0 issue "letsencrypt.org"' }], seen: [seen('1.1.1.1', ['203.0.113.10'], [], ['0 issue "digicert.com"'])] }
  return here(name)
}

export function dnsReportOf(names: string[], round: number): DnsReport {
  return { at: Date.now(), names: names.map((name) => reportOf(name, round)) }
}
