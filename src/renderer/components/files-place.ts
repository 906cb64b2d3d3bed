import { FilePath } from '../../shared/files.ts'

/** The address of a folder of a site's files. */
export function filesHref(serverId: string, siteId: string, path: FilePath): string {
  return `/servers/${serverId}/sites/${siteId}/files${path === '' ? '' : `/${path.split('/').map(encodeURIComponent).join('/')}`}`
}

/** The folder that an address names; the one on top where it names none that can be. */
export function pathOfHref(serverId: string, siteId: string, href: string): FilePath {
  try {
    const parsed = FilePath.safeParse(href.slice(filesHref(serverId, siteId, '').length).split('/').filter((part) => part !== '').map(decodeURIComponent).join('/'))
    return parsed.success ? parsed.data : ''
  } catch {
    return '' // a lone % in an address
  }
}
