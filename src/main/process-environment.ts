import { resolversFromEnvironment } from './dns/resolvers.ts'
import type { Environment } from './services.ts'

/**
 * What the process's environment says. `HOMEPORT_MAIL_HOSTS`: other mail servers to try, separated by commas; empty for none,
 * where a network must not be left. `HOMEPORT_OPEN_SERVER`: id of the server to show at the start.
 * `HOMEPORT_RESOLVERS`: name servers to ask instead of the well-known public ones, for networks that are closed.
 */
export function readProcessEnvironment(environment: NodeJS.ProcessEnv): Pick<Environment, 'mailHosts' | 'startAt' | 'resolvers'> {
  const { HOMEPORT_MAIL_HOSTS: mailHosts, HOMEPORT_OPEN_SERVER: startAt, HOMEPORT_RESOLVERS: resolvers } = environment
  return {
    ...(mailHosts === undefined ? {} : { mailHosts: mailHosts.split(',').map((host) => host.trim()).filter((host) => host !== '') }),
    ...(resolvers === undefined ? {} : { resolvers: resolversFromEnvironment(resolvers) }),
    ...(startAt === undefined ? {} : { startAt }),
  }
}
