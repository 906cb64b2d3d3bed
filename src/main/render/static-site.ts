import type { SourceOf } from '../../shared/site-source.ts'
import { servedNames, type Site } from '../../shared/spec.ts'
import { siteLogTag } from './site-log.ts'

export const staticFolder = '/etc/homeport/static'

/** The file of one static site in the web server for all of them. */
export function staticSitePath(siteId: string): string {
  return `${staticFolder}/sites/${siteId}.conf`
}

/** nginx configuration of one static site: which folder is served, and how. */
export function renderStaticSite(site: Site, source: SourceOf<'git' | 'upload'>): string {
  const serving = source.serving ?? {}
  const current = `/srv/homeport/${site.id}/current`
  const tag = siteLogTag(site.id)
  const log = `syslog:server=unix:/run/systemd/journal/dev-log,facility=local6,tag=${tag},nohostname`
  return `# Written by Homeport: ${site.id}
server {
  listen 8080;
  server_name ${servedNames(site).join(' ')};
  root ${quoted(join(current, source.folder))};
  index index.html index.htm;
${renderLinks(source.kind)}
  disable_symlinks ${source.kind === 'git' ? 'if_not_owner' : 'on'} from=${current};
  limit_conn site 1000;
  access_log ${log},severity=info homeport;
  error_log ${log} warn;
  add_header Cache-Control ${serving.cacheHashed === false ? 'no-cache' : '$homeport_cache'};

${renderWays(serving)}
  # Hidden files (.git, .env) are never served, but what RFC 8615 puts in .well-known is.
  location ~ /\\.(?!well-known(/|$)) {
    return 404;
  }
${renderListing(serving)}${renderPage('homeport-nothing', 404, 'There is nothing at this address', 'Look at the address again, or begin at the <a href="/">first page</a>.')}\
${renderPage('homeport-no-page', 403, 'There is no page to show here', 'This address is a folder without a page of its own.')}}
`
}

/** A link leads elsewhere once it is moved: it is followed only where nobody but the server puts files into their place. */
function renderLinks(kind: 'git' | 'upload'): string {
  if (kind === 'git') return '  # A link whose target belongs to somebody else is not followed; "current" itself is one of Homeport\'s own.'
  // Who may move files finds no link to move into the place of "current": lib/site-files takes them away first.
  return '  # No link is followed but "current", which is one of Homeport\'s own.'
}

type ServingChoice = NonNullable<SourceOf<'git'>['serving']>

function renderWays(serving: ServingChoice): string {
  const missing = `/${serving.notFound ?? '404.html'}`
  const pages = `  error_page 404 ${quoted(missing)};
  error_page 403 ${serving.singlePage === true ? '= /index.html' : '@homeport-no-page'};
  location = ${quoted(missing)} {
    try_files ${quoted(missing)} @homeport-nothing;
  }
`
  if (serving.singlePage !== true) {
    return `${pages}  location / {
    try_files $uri $uri/ =404;
  }`
  }
  // Without the first one an app that has no first page would be asked for it again and again.
  return `${pages}${missing === '/index.html' ? '' : `  location = /index.html {
    try_files /index.html @homeport-nothing;
  }
`}  location / {
    try_files $uri $uri/ /index.html;
  }`
}

function renderListing({ listing }: ServingChoice): string {
  if (listing !== true) return ''
  return `  location ~ /$ {
    autoindex on;
    autoindex_exact_size off;
    add_before_body /.homeport/listing;
  }
  location = /.homeport/listing {
    internal;
    types { }
    default_type text/html;
    return 200 '<!doctype html><meta name="viewport" content="width=device-width"><style>${style}hr{display:none}pre{font:inherit;line-height:1.9;overflow:auto}</style>';
  }
`
}

const style = 'body{font:17px/1.6 system-ui,sans-serif;max-width:46rem;margin:12vh auto;padding:0 1.5rem;color:#222;background:#fff}h1{font-size:1.4rem}@media(prefers-color-scheme:dark){body{color:#ddd;background:#1a1a1a}a{color:#8ab4f8}}'

function renderPage(name: string, status: number, title: string, text: string): string {
  return `  location @${name} {
    types { }
    default_type text/html;
    return ${status} '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style><h1>${title}</h1><p>${text}</p></html>';
  }
`
}

function join(folder: string, inner: string | undefined): string {
  return inner === undefined || inner === '' ? folder : `${folder}/${inner}`
}

/** InnerPath has neither quotes, backslashes nor dollars. */
function quoted(path: string): string {
  if (/["\\$\n\r]/.test(path)) throw new RangeError('This path cannot be named in the configuration of the web server.')
  return `"${path}"`
}
