import type { SourceOf } from '../../shared/site-source.ts'
import { proxyFormat } from './proxy-text.ts'

/**
 * Rules that lead visitors elsewhere. 308 and 307 and not 301 and 302: with those a form that was sent would arrive as a
 * plain request without what was in it (RFC 9110 15.4).
 */
export function renderRedirect(source: SourceOf<'redirect'>): string[] {
  const code = source.permanent ? 308 : 307
  if (!source.keepPath) return [`http-request redirect code ${code} location ${proxyFormat(source.to)}`]
  const { origin, pathname, search, hash } = new URL(source.to)
  const folder = `${origin}${pathname.replace(/\/+$/, '')}`
  const rule = (start: readonly (string | { fetch: string })[], hasQuery: boolean, condition: string): string => {
    const query = hasQuery ? [`${search === '' ? '?' : `${search}&`}`, { fetch: 'query' }] : [search]
    return `http-request redirect code ${code} location ${proxyFormat(...start, ...query, hash)} if ${condition}`
  }
  // The start page leads to the address as it was typed, with its slash at the end or without.
  const inside = '{ path_beg / } !{ path / }'
  const asked = '{ query -m len gt 0 }'
  return [
    rule([folder, { fetch: 'path' }], true, `${inside} ${asked}`),
    rule([folder, { fetch: 'path' }], false, inside),
    rule([`${origin}${pathname}`], true, asked),
    rule([`${origin}${pathname}`], false, 'TRUE'),
  ]
}
