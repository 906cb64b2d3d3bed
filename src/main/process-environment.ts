import type { Environment } from './services.ts'

/**
 * What the process's environment says. `HOMEPORT_MAIL_HOSTS`: other mail servers to try, separated by commas; empty for none,
 * where a network must not be left. `HOMEPORT_OPEN_SERVER`: id of the server to show at the start.
 */
export function readProcessEnvironment(environment: NodeJS.ProcessEnv): Pick<Environment, 'mailHosts' | 'startAt'> {
  const { HOMEPORT_MAIL_HOSTS: mailHosts, HOMEPORT_OPEN_SERVER: startAt } = environment
  return {
    ...(mailHosts === undefined ? {} : { mailHosts: mailHosts.split(',').map((host) => host.trim()).filter((host) => host !== '') }),
    ...(startAt === undefined ? {} : { startAt }),
  }
}
