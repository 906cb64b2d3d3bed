/** SFTP programs of people, with a key of their own: OpenSSH's, as they come with every system. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SftpKey } from '../../src/shared/sftp.ts'
import type { TestServer } from '../testbed/index.ts'
import { execute, type CommandResult } from '../testbed/command.ts'
import { makeKeyPair } from '../testbed/keys.ts'

/** Somebody at a computer that has no other key and asks nothing. */
export class Person {
  readonly folder: string
  readonly sftpKey: SftpKey
  readonly privateKey: string
  readonly #server: TestServer

  private constructor(folder: string, sftpKey: SftpKey, privateKey: string, server: TestServer) {
    this.folder = folder
    this.sftpKey = sftpKey
    this.privateKey = privateKey
    this.#server = server
  }

  static async named(name: string, server: TestServer): Promise<Person> {
    const folder = await mkdtemp(join(tmpdir(), 'homeport-sftp-'))
    const pair = await makeKeyPair(name)
    await writeFile(join(folder, 'key'), pair.privateKey, { mode: 0o600 })
    const [type = '', body = ''] = pair.publicKey.split(' ')
    return new Person(folder, { name, key: `${type} ${body}` }, pair.privateKey, server)
  }

  /** Runs commands of sftp(1) one after another; the first that fails ends it with code 1. */
  sftp(account: string, ...commands: string[]): Promise<CommandResult> {
    return execute('sftp', [...this.#options(), '-b', '-', `${account}@${this.#server.host}`], { input: `${commands.join('\n')}\n`, cwd: this.folder })
  }

  ssh(account: string, before: readonly string[] = [], ...command: string[]): Promise<CommandResult> {
    return execute('timeout', ['15', 'ssh', ...this.#options(), ...before, `${account}@${this.#server.host}`, ...command], { cwd: this.folder })
  }

  async leave(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }

  #options(): string[] {
    const settings = ['IdentitiesOnly=yes', 'IdentityAgent=none', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'NumberOfPasswordPrompts=0', 'LogLevel=ERROR', `Port=${this.#server.port}`]
    return ['-F', 'none', '-i', join(this.folder, 'key'), ...settings.flatMap((setting) => ['-o', setting])]
  }
}
