/** Somebody who sends something to a site: bodies of known and of unknown length, over HTTP/1.1 and HTTP/2, and a WebSocket. */
import { connect as connectHttp2 } from 'node:http2'
import { request } from 'node:https'
import { connect } from 'node:tls'

export interface Delivery { readonly body?: string; /** The length is not said before. */ readonly isChunked?: boolean; readonly method?: string; readonly path?: string }

/** Status of the answer over HTTP/1.1. */
export function deliver(host: string, domain: string, { body = '', isChunked = false, method = 'POST', path = '/' }: Delivery): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { host: domain, ...(isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': Buffer.byteLength(body) }) }
    const question = request({ host, port: 443, servername: domain, rejectUnauthorized: false, agent: false, method, path, headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.on('error', reject)
    })
    question.on('error', reject)
    question.end(body)
  })
}

/** The same over HTTP/2, where a length is never needed. */
export function deliverByHttp2(host: string, domain: string, { body = '', isChunked = false, method = 'POST', path = '/' }: Delivery): Promise<number> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`https://${domain}`, { createConnection: () => connect({ host, port: 443, servername: domain, rejectUnauthorized: false, ALPNProtocols: ['h2'] }) })
    session.on('error', reject)
    const stream = session.request({ ':method': method, ':path': path, ...(isChunked || method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body) }) }, { endStream: method === 'GET' })
    stream.on('response', (headers) => {
      resolve(Number(headers[':status']))
      session.destroy()
    })
    stream.on('error', reject)
    if (method !== 'GET') stream.end(body)
  })
}

/** Switches a connection to WebSocket, sends a word each second and gives what came back. */
export function talk(host: string, domain: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const question = request({ host, port: 443, servername: domain, rejectUnauthorized: false, agent: false, path: '/socket', headers: { host: domain, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' } })
    question.on('error', reject)
    question.on('response', (response) => reject(new Error(`it answered ${response.statusCode} instead of switching`)))
    question.on('upgrade', (_response, socket) => {
      let heard = ''
      const left = [...words]
      const say = (): void => void socket.write(left.shift() ?? '')
      socket.on('data', (chunk: Buffer) => {
        heard += chunk.toString('utf8')
        if (left.length > 0) return void setTimeout(say, 1000)
        resolve(heard)
        socket.destroy()
      })
      socket.on('error', reject)
      say()
    })
    question.end()
  })
}
