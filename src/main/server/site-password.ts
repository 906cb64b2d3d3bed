import { hash } from 'bcryptjs'

/**
 * The proxy computes this for each request that brings a password, so it must stay cheap (1-2 ms of a core);
 * guessing is kept slow by the proxy's limit on failed logins instead.
 */
const cost = 5

/** bcrypt hash of a password for visitors of a site, as haproxy's crypt(3) reads it. */
export async function hashSitePassword(password: string): Promise<string> {
  return await hash(password, cost)
}
