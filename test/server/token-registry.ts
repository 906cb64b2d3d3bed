/** A registry that tells nothing without a token of its own server of tokens, as Docker Hub does (distribution/spec, token authentication). */
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Authority } from '../testbed/authority.ts'

export interface TokenRegistry { readonly address: string; readonly asked: readonly string[]; stop(): Promise<void> }

const token = 'a.b-c_d'
export const tokenImage = { path: 'library/guarded', tag: '1.0', digest: `sha256:${'d'.repeat(64)}` } as const

export async function startTokenRegistry(authority: Authority, bind: string, host: string): Promise<TokenRegistry> {
  const asked: string[] = []
  const server = createServer({ key: authority.server.key, cert: authority.server.certificate }, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://registry')
    asked.push(`${request.method ?? ''} ${url.pathname}`)
    if (url.pathname === '/token') {
      const isRight = url.searchParams.get('service') === 'guard.example' && url.searchParams.get('scope') === `repository:${tokenImage.path}:pull`
      return void response.writeHead(isRight ? 200 : 400, { 'Content-Type': 'application/json' }).end(JSON.stringify({ token, expires_in: 300 }))
    }
    if (request.headers.authorization !== `Bearer ${token}`) {
      const place = `https://${host}:${(server.address() as AddressInfo).port}/token`
      return void response.writeHead(401, { 'WWW-Authenticate': `Bearer realm="${place}",service="guard.example",scope="repository:${tokenImage.path}:pull"` }).end('{}')
    }
    const isThere = url.pathname === `/v2/${tokenImage.path}/manifests/${tokenImage.tag}` && request.headers.accept?.includes('application/vnd.oci.image.index.v1+json')
    response.writeHead(isThere ? 200 : 404, { 'Docker-Content-Digest': tokenImage.digest }).end()
  })
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(0, bind, resolve))
  return {
    address: `https://${host}:${(server.address() as AddressInfo).port}`, asked,
    stop: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}
