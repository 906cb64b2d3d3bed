/** The first sign of life of an SSH server (RFC 4253, section 4.2). */
import { connect } from 'node:net'

/** The server's identification line, or undefined when none came within `timeoutMs`. */
export function readBanner(
  to: { readonly host: string; readonly port: number },
  timeoutMs: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(to)
    const end = (banner?: string): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(banner)
    }
    const timer = setTimeout(end, timeoutMs)
    socket.on('error', () => end())
    socket.on('close', () => end())
    socket.on('data', (data) => end(data.toString('latin1').startsWith('SSH-') ? data.toString('latin1').trim() : undefined))
  })
}
