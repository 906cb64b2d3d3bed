import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { isAbsolute, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { net, protocol } from 'electron'
import { downloadPath } from '../../shared/files.ts'
import { downloadHeaders } from '../bridge/download-headers.ts'
import type { Services } from '../bridge/handlers.ts'
import { assetsPath, pageHeaders } from '../bridge/page-headers.ts'

const scheme = 'app'
const host = 'homeport'
/** Where the window's page comes from. A scheme of our own, because file: pages may read other files. */
export const appOrigin = `${scheme}://${host}`

export function isOurs(url: string): boolean {
  return url === appOrigin || url.startsWith(`${appOrigin}/`)
}

/** Before the app is ready: makes the scheme behave like https (origin, CSP, fetch). */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }])
}

/** After the app is ready: serves the built window and downloads that were offered to it, and nothing beside. */
export function serveAppScheme(rendererDir: string, download: Services['download']): void {
  protocol.handle(scheme, async (request) => {
    const url = new URL(request.url)
    if (url.host !== host || request.method !== 'GET') return answer(null, 403)
    if (url.pathname.startsWith(downloadPath)) return answerDownload(await download(url.pathname.slice(downloadPath.length)))
    const file = await fileFor(rendererDir, url.pathname)
    if (file === null) return answer(null, 404)
    const found = await net.fetch(pathToFileURL(file).href, { bypassCustomProtocolHandlers: true })
    return answer(found.body, 200, found.headers.get('Content-Type'))
  })
}

function answerDownload(found: Awaited<ReturnType<Services['download']>>): Response {
  if (found === null) return answer(null, 404)
  return new Response(Readable.toWeb(found.body) as BodyInit, { headers: downloadHeaders(found) })
}

/** The file of a path; for a screen of the one page, its index.html. Null for a missing asset and anything outside the folder. */
async function fileFor(rendererDir: string, pathname: string): Promise<string | null> {
  const file = fileWithin(rendererDir, pathname)
  if (file === null) return null
  if (await isFile(file)) return file
  return pathname.startsWith(assetsPath) ? null : resolve(rendererDir, 'index.html')
}

function fileWithin(folder: string, pathname: string): string | null {
  let path: string
  try {
    path = decodeURIComponent(pathname)
  } catch {
    return null // A lone % names no file.
  }
  if (path.includes('\0')) return null
  const file = resolve(folder, `.${path}`)
  const inside = relative(folder, file)
  return inside.startsWith('..') || isAbsolute(inside) ? null : file
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw error
  })
  return found?.isFile() ?? false
}

function answer(body: ReadableStream<Uint8Array> | null, status: number, contentType: string | null = null): Response {
  return new Response(body as BodyInit | null, { status, headers: { ...pageHeaders, ...(contentType === null ? {} : { 'Content-Type': contentType }) } })
}
