/** Changes to who may log in to a test server, made from outside as its provider could. */
import { CommandError } from './command.ts'
import { docker, tryDocker } from './engine.ts'
import { makeKeyPair } from './keys.ts'

export interface NewUser {
  readonly name: string
  readonly password?: string
  /** One line of authorized_keys. */
  readonly authorizedKey?: string
  /** `password`: sudo works, and asks for the user's password. */
  readonly sudo: 'none' | 'nopasswd' | 'password'
}

/** Runs a program in the container with its arguments as they are. @throws CommandError */
function inside(name: string, args: readonly string[], input = ''): Promise<string> {
  return docker(['exec', '-i', name, ...args], { input })
}

export async function addUser(server: string, user: NewUser): Promise<void> {
  await inside(server, ['useradd', '--create-home', '--shell', '/bin/bash', user.name])
  if (user.password !== undefined) await setPassword(server, user.name, user.password)
  if (user.authorizedKey !== undefined) await authorizeKey(server, user.name, user.authorizedKey)
  if (user.sudo === 'none') return
  const rule = `${user.name} ALL=(ALL:ALL) ${user.sudo === 'nopasswd' ? 'NOPASSWD: ' : ''}ALL\n`
  await writeInside(server, `/etc/sudoers.d/${user.name}`, rule, '0440')
}

/** chpasswd(8) reads `name:password`, so a password may hold anything but a line break. */
export async function setPassword(server: string, user: string, password: string): Promise<void> {
  await inside(server, ['chpasswd'], `${user}:${password}\n`)
}

async function authorizeKey(server: string, user: string, key: string): Promise<void> {
  const directory = `/home/${user}/.ssh`
  await inside(server, ['install', '-d', '-o', user, '-g', user, '-m', '0700', directory])
  await writeInside(server, `${directory}/authorized_keys`, `${key}\n`, '0600', user)
}

async function writeInside(server: string, path: string, content: string, mode: string, owner = 'root'): Promise<void> {
  await inside(server, ['install', '-o', owner, '-g', owner, '-m', mode, '/dev/stdin', path], content)
}

/** Lets sshd take passwords, or keys only. */
export async function setPasswordLogin(server: string, isAllowed: boolean): Promise<void> {
  // 00-: sshd keeps the first value that it reads.
  const line = `PasswordAuthentication ${isAllowed ? 'yes' : 'no'}\nKbdInteractiveAuthentication no\n`
  await writeInside(server, '/etc/ssh/sshd_config.d/00-testbed.conf', line, '0644')
  await restartSshd(server)
}

/** Gives the server a new host key, as a rebuilt (or an impersonated) server has. */
export async function rotateHostKey(server: string): Promise<string> {
  const key = await makeKeyPair(server)
  await writeInside(server, '/etc/ssh/ssh_host_ed25519_key', key.privateKey, '0600')
  await writeInside(server, '/etc/ssh/ssh_host_ed25519_key.pub', `${key.publicKey}\n`, '0644')
  await restartSshd(server)
  return key.sha256
}

async function restartSshd(server: string): Promise<void> {
  const args = ['exec', server, 'systemctl', 'restart', 'ssh.service']
  const result = await tryDocker(args)
  if (result.code !== 0) throw new CommandError('docker', args, result)
}
