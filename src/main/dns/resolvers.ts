import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { HomeportError } from '../../shared/errors.ts'

/** Cloudflare, Google, Quad9: asked unless others are given. */
export const publicResolvers: readonly string[] = ['1.1.1.1', '8.8.8.8', '9.9.9.9']
const mostResolvers = 10

/**
 * Reads HOMEPORT_RESOLVERS: addresses of name servers with or without a port, separated by commas ("10.0.0.1, 10.0.0.2:5353, [::1]:53").
 * Without a value: the public ones. Throws `input-invalid` for anything else.
 */
export function resolversFromEnvironment(value: string | undefined): readonly string[] {
  if (value === undefined) return publicResolvers
  const found = value.split(',').map((part) => part.trim()).filter((part) => part !== '')
  const wrong = found.find((one) => !isServerAddress(one))
  if (wrong !== undefined) throw invalid(`"${wrong}" is not the address of a name server.`)
  if (found.length === 0) throw invalid('It names no name server.')
  if (found.length > mostResolvers) throw invalid(`It names more than ${mostResolvers} name servers.`)
  return found
}

/** One resolver asks one server, so that each can be told apart. Gives up after about 5 seconds. */
export function resolverAt(server: string): Resolver {
  const resolver = new Resolver({ timeout: 1500, tries: 2, maxTimeout: 2500 })
  resolver.setServers([server])
  return resolver
}

/** The address and port of one server, as node's Resolver takes them. */
export function serverAt(address: string, port: number): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`
}

/** The address without its port. */
export function addressOfServer(server: string): string {
  if (isIP(server) !== 0) return server
  return server.startsWith('[') ? server.slice(1, server.indexOf(']')) : server.slice(0, server.lastIndexOf(':'))
}

function isServerAddress(text: string): boolean {
  if (isIP(text) !== 0) return true
  const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const isPort = port === undefined || (Number(port) >= 1 && Number(port) <= 65_535)
  return isPort && (v6 === undefined ? isIP(v4 ?? '') === 4 : isIP(v6) === 6)
}

function invalid(message: string): HomeportError {
  return new HomeportError('input-invalid', `HOMEPORT_RESOLVERS cannot be used. ${message}`, { hint: 'Write addresses separated by commas, such as "10.0.0.1, 10.0.0.2:5353", or unset it.' })
}
