/** Which resolver a test server asks. */
import { CommandError } from './command.ts'
import type { TestServer } from './server.ts'

/**
 * Points a test server at a resolver, over restarts too. Containers inside it copy the setting
 * when they start, so those that run keep what they had. Names that the resolver does not
 * know (Debian's mirror among them) are gone until `acme.dns.forward` leaves them to another.
 */
export async function useResolver(server: TestServer, address: string): Promise<void> {
  const command = 'mkdir -p /etc/testbed && tee /etc/testbed/resolv.conf > /etc/resolv.conf'
  const result = await server.exec(command, { input: `nameserver ${address}\n` })
  if (result.code !== 0) throw new CommandError('tee', ['/etc/resolv.conf'], result)
}
