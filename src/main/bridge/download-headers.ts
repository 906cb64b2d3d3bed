import { create } from 'content-disposition'
import type { Download } from './handlers.ts'
import { pageHeaders } from './page-headers.ts'

/** Headers with which a browser saves a download, whatever its name and content are, and never shows it as a page of Homeport. */
export function downloadHeaders({ name, sizeBytes }: Download): Record<string, string> {
  return {
    ...pageHeaders,
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': create(name.replaceAll(/\p{Cc}/gu, '_')),
    'Cache-Control': 'no-store',
    ...(sizeBytes === null ? {} : { 'Content-Length': String(sizeBytes) }),
  }
}
