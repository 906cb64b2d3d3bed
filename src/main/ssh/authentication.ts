import type { AnyAuthMethod, AuthHandlerMiddleware, AuthenticationType, BaseAgent, ParsedKey, Prompt } from 'ssh2'
import type { AuthMethod } from '../../shared/connection.ts'
import { HomeportError } from '../../shared/errors.ts'
import { openAgent } from './agent.ts'
import { parsePrivateKey, readKeyFile } from './key-file.ts'
import type { LoginSecrets, Secret } from './secret.ts'

/** What is shown to the server, made ready before it is called, so that a missing file or passphrase costs no failed login. */
export type Proof =
  | { readonly kind: 'key'; readonly key: ParsedKey }
  | { readonly kind: 'agent'; readonly agent: BaseAgent }
  | { readonly kind: 'password'; readonly password: Secret }

/** What the server answered to the proof: the methods it would still take, and whether it wants a second one. */
export interface Refusal {
  methods: readonly string[]
  wantsMore: boolean
}

/** Throws `password-needed`, `passphrase-needed`, `passphrase-wrong`, `key-file-…` or `agent-unavailable`. */
export async function prepareProof(auth: AuthMethod, secrets: LoginSecrets, agentPath: string | null): Promise<Proof> {
  switch (auth.kind) {
    case 'key-file':
      return { kind: 'key', key: await readKeyFile(auth.path, secrets.passphrase) }
    case 'own-key':
      if (secrets.ownKey === undefined) throw ownKeyMissing()
      return { kind: 'key', key: parsePrivateKey(secrets.ownKey.reveal(), 'of Homeport', undefined) }
    case 'agent':
      return { kind: 'agent', agent: await openAgent(agentPath) }
    case 'password':
      if (secrets.password === undefined) throw new HomeportError('password-needed', 'Homeport needs the password of this server.', { hint: 'Type the password to log in with.' })
      return { kind: 'password', password: secrets.password }
  }
}

function ownKeyMissing(): HomeportError {
  return new HomeportError('secrets-unavailable', 'The key that Homeport made for this server is not on this computer any more.', {
    hint: 'Connect to the server again with its password or with a key file.',
  })
}

/**
 * Shows one proof and nothing else: further tries would count as failed logins, which OpenSSH >= 9.8 and fail2ban
 * punish. The one exception is a password that a server takes by keyboard-interactive only; it is offered there
 * when the server has said that `password` is not among its methods.
 */
export function authHandler(user: string, proof: Proof, refusal: Refusal): AuthHandlerMiddleware {
  const [first, second] = authMethods(user, proof)
  let shown = 0
  return (methods: AuthenticationType[] | null, partialSuccess: boolean | null, next) => {
    shown += 1
    if (shown === 1 && first !== undefined) return next(first)
    refusal.methods = methods ?? []
    refusal.wantsMore = partialSuccess === true
    const isOtherWay = shown === 2 && second !== undefined && refusal.methods.includes(second.type) && !refusal.methods.includes('password')
    // ssh2 ends the attempt on `false`, which its types leave out.
    next(isOtherWay ? second : (false as unknown as AuthenticationType))
  }
}

function authMethods(username: string, proof: Proof): AnyAuthMethod[] {
  switch (proof.kind) {
    case 'key':
      return [{ type: 'publickey', username, key: proof.key }]
    case 'agent':
      return [{ type: 'agent', username, agent: proof.agent }]
    case 'password':
      return [
        { type: 'password', username, password: proof.password.reveal() },
        { type: 'keyboard-interactive', username, prompt: (_name, _instructions, _language, prompts, finish) => finish(answerPrompts(prompts, proof.password)) },
      ]
  }
}

/** The password is the answer to hidden questions only: a one-time code would be asked for visibly. */
function answerPrompts(prompts: readonly Prompt[], password: Secret): string[] {
  return prompts.map((prompt) => (prompt.echo === true ? '' : password.reveal()))
}
