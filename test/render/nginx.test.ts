import { describe, expect, it } from 'vitest'
import { renderNginx } from '../../src/main/render/nginx.ts'
import { renderStaticSite } from '../../src/main/render/static-site.ts'
import type { Serving } from '../../src/shared/site-source.ts'
import { ServerSpec, emptySpec } from '../../src/shared/spec.ts'

/** The map of nginx that tells names with a hash, read as nginx does: the first pattern that fits counts. */
const patterns = [...renderNginx('10.213.0.1').matchAll(/^ {4}"~(.+)" ([01]);$/gm)].map(([, pattern = '', value]) => [new RegExp(pattern), value === '1'] as const)
const isHashed = (path: string, status = 200): boolean => patterns.find(([pattern]) => pattern.test(`${status} ${path}`))?.[1] ?? false

describe('names that browsers may keep for a year', () => {
  it.each(['/assets/index-Bk3nq2Za.js', '/assets/logo-D4x9aKqp.svg', '/_astro/hoisted.DhX2k9aB.css', '/main.4f9a21bc.chunk.js', '/app.4f9a21bc.js', '/app-0123456789abcdef.css.map', '/static/media/photo.6ce24c58023cc2f8fd88.png', '/out/app-ABC2DEF3.js', '/fonts/inter_1a2b3c4d.woff2'])('are those that build tools give: %s', (path) => expect(isHashed(path)).toBe(true))
  it.each([
    '/', '/about', '/overview.css', '/style-overview.css', '/photo-20240115.jpg', '/assets/photo-20240115.jpg', '/IMG_20240115_123456.jpg', '/wallpaper-1920x1080.jpg', '/photo-iPhone15Pro.jpg', '/report-january2024.pdf', '/book-chapter10.txt', '/assets/guide-Chapter1.js',
    '/jquery-3.6.0.min.js', '/bootstrap.bundle.min.js', '/lib-JavaScript.js', '/polyfills-es2015.js', '/IMG-20240115-WA0001.jpg', '/summer-DSCN0123.jpg', '/page-4f9a21bc.html', '/4f9a21bc/style.css', '/4f9a21bc.js', '/deadbeef-defaced.js', '/app-feedface.js',
  ])('are no ordinary ones: %s', (path) => expect(isHashed(path)).toBe(false))
  it('are only those of files that are there', () => expect([404, 301, 206, 304].map((status) => isHashed('/app.4f9a21bc.js', status))).toEqual([false, false, true, true]))
})

describe('the file of one static site', () => {
  const render = (source: { folder?: string; serving?: Serving }, aliases: { domain: string; redirect: boolean }[] = []): string => {
    const [site] = ServerSpec.parse({ ...emptySpec, sites: [{ id: 'a.org', slot: 7, domain: 'b.org', www: true, aliases, source: { kind: 'upload', release: 'u20260101000000-0123abcd', ...source } }] }).sites
    if (site?.source.kind !== 'upload') throw new Error('no site')
    return renderStaticSite(site, site.source)
  }
  it('answers to the names that are served, and not to those that the proxy leads elsewhere', () => {
    expect(render({}, [{ domain: 'c.org', redirect: false }, { domain: 'd.org', redirect: true }])).toContain('  server_name b.org c.org;\n')
  })
  it('serves the chosen folder of the version, whatever the letters of its name', () => expect(render({ folder: 'öffentlich/my site' })).toContain('root "/srv/homeport/a.org/current/öffentlich/my site";'))
  it('lists folders only where that is wanted', () => expect([render({}), render({ serving: { listing: true } })].map((text) => text.includes('autoindex on'))).toEqual([false, true]))
})
