import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { WebSocket } from 'ws'

export interface Answer { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }
export interface Asked { readonly method?: string; readonly path?: string; readonly headers?: Record<string, string>; readonly body?: string; readonly host?: string }

/** One request with exactly this path and these headers; fetch would tidy them. */
export function ask(port: number, { method = 'GET', path = '/', headers = {}, body = '', host = '127.0.0.1' }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest({ host, port, method, path, headers: { connection: 'close', ...headers } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
      response.on('error', reject)
    }).on('error', reject).end(body)
  })
}

/** Does what the entrance page does with a token. */
export function enter(port: number, token: string, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(port, { method: 'POST', path: '/session', body: token, headers: { origin: `http://127.0.0.1:${port}`, ...headers } })
}

/** What a page with a session, as `enter` got it, sends with a request. */
export const withSession = (session: string): { authorization: string } => ({ authorization: `Bearer ${secretOf(session)}` })
export const secretOf = (session: string): string => session.split('.')[0] ?? ''
export const answerOf = (session: string): string => session.split('.')[1] ?? ''

/** An open WebSocket on which the server has shown who it is, or the HTTP status with which it was refused. */
export function openSocket(port: number, headers: Record<string, string>, protocols: readonly string[], path = '/wire'): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, [...protocols], { headers })
    socket.once('message', () => resolve(socket))
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0)
      request.destroy()
    })
    socket.on('error', reject)
  })
}
