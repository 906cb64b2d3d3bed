import { sha256 } from './hash.ts'

/**
 * The name (SYSLOG_IDENTIFIER) under which the lines of one static site stand in the journal, though one container writes for all:
 * so the journal itself selects them, by its index. nginx takes letters, digits and `_`, at most 32 of them: the readable
 * beginning of the site's id, and a hash that tells apart what looks alike then.
 */
export function siteLogTag(siteId: string): string {
  return `homeport_${siteId.replaceAll(/[^A-Za-z0-9]/g, '_').slice(0, 11)}_${sha256(siteId).slice(0, 11)}`
}
