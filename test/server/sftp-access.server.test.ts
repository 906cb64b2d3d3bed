/** People with an SFTP program of their own reach the files of one site, and nothing else of the server. */
import { createHash, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../testbed/index.ts'
import { appSource } from './app-site.ts'
import { on, Pipeline } from './pipeline.ts'
import { Person } from './sftp-program.ts'
import { visit } from './visitor.ts'

let server: TestServer
let here: Pipeline
let kim: Person
let lou: Person

const pages = 'pages.example.test'
const program = 'program.example.test'
/** Accounts by site: slots are given in the order in which sites are added. */
const [ofPages, ofProgram] = ['site-1', 'site-2'] as const
const data = `/srv/homeport/${program}/data`
const sshdFile = '/etc/ssh/sshd_config.d/00-homeport-sftp.conf'
const letIn = (siteId: string, ...people: Person[]): Promise<unknown> => here.apply({ kind: 'change-site-sftp', siteId, keys: people.map(({ sftpKey }) => sftpKey) })
/** What there is of SFTP accounts on the server, as lines. */
const leftovers = (): Promise<string> => on(server, String.raw`grep -hE '^(site-|homeport-sftp)' /etc/passwd /etc/group /etc/shadow || true; find /etc /run/homeport /usr/local/lib/homeport -name '*sftp*' 2>/dev/null || true; systemctl list-units --all --plain --no-legend 'homeport-sftp*' | cut -d' ' -f1`)

beforeAll(async () => {
  server = await startServer()
  here = Pipeline.to(server)
  ;[kim, lou] = await Promise.all([Person.named('Kim, laptop', server), Person.named('“Lou” & co', server)])
  // So many are refused here that sshd would refuse this computer as a whole.
  await on(server, "echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/90-tests.conf && systemctl restart ssh")
  await here.apply({ kind: 'set-up' })
  await here.addUpload(pages, { 'index.html': '<h1>One</h1>', 'img/a.svg': '<svg/>' })
  await here.addSite({ domain: program, source: appSource({ VERSION: 'one' }) })
})
afterAll(async () => {
  here?.close()
  await Promise.all([kim?.leave(), lou?.leave(), server?.stop()])
})

it('leaves nothing of SFTP on a server whose sites nobody reaches that way', async () => {
  expect(await leftovers()).toBe('')
})

describe('an administrator is never locked out', () => {
  it.each([
    ['has an error', 'Nonsense yes', "configuration of this server's SSH is broken", ''],
    ['lets in only some users', 'AllowUsers root', 'Add site-* to that line', sshdFile],
    ['keeps the group out', 'DenyGroups nobody homeport-*', 'keeps the group homeport-sftp out', sshdFile],
    ['takes any variable', 'AcceptEnv *', 'Narrow that line', sshdFile],
  ])('refuses accounts where the configuration of sshd %s, and makes them once it is mended', async (_what, line, message, placed) => {
    const file = '/etc/ssh/sshd_config.d/10-administrator.conf'
    const sshd = await on(server, 'systemctl show -P MainPID ssh')
    await on(server, `echo '${line}' >${file}`)
    await expect(letIn(pages, kim)).rejects.toThrow(message)
    expect(await on(server, `ls ${sshdFile} 2>/dev/null || true; getent passwd ${ofPages} || true; systemctl show -P MainPID ssh`)).toBe([placed, sshd].filter((one) => one !== '').join('\n'))
    expect((await kim.sftp(ofPages, 'ls')).code).not.toBe(0)
    await on(server, `rm ${file}`)
    await here.apply({ kind: 'set-up' })
    expect((await kim.sftp(ofPages, 'ls')).stdout).toContain('index.html')
    expect(await here.leftToDo()).toEqual([])
    await letIn(pages)
    expect(await leftovers()).toBe('')
  })

  it('never takes over a user of the same name who was there before', async () => {
    await on(server, `useradd --create-home ${ofPages}`)
    await expect(letIn(pages, kim)).rejects.toThrow(`There is a user ${ofPages} on this server, who is not Homeport's.`)
    await letIn(pages)
    expect(await on(server, `id -gn ${ofPages}; getent passwd ${ofPages} | cut -d: -f7`)).toBe(`${ofPages}\n/bin/sh`)
    await on(server, `userdel --remove ${ofPages} 2>/dev/null`)
    expect(await leftovers()).toBe('')
  })

  it('leaves what sshd does for everybody else as it was', async () => {
    const settings = (): Promise<string> => on(server, 'sshd -T -C user=root,host=example.org,addr=192.0.2.1')
    const before = await settings()
    await letIn(pages, kim)
    await letIn(program, lou)
    expect(await settings()).toBe(before)
    expect(await here.leftToDo()).toEqual([])
  })

  it('puts the earlier file back where sshd does not take the new one beside the others', async () => {
    const before = await on(server, `sha256sum ${sshdFile}`)
    // On its own it is fine; in its place it would include itself.
    await on(server, "echo 'Include /etc/ssh/sshd_config.d/*.conf' >/tmp/including")
    expect(await server.exec('/usr/local/lib/homeport/sftp-sshd place /tmp/including')).toMatchObject({ code: 1, stderr: expect.stringContaining('It has its earlier configuration again.') })
    expect(await on(server, `sshd -t; sha256sum ${sshdFile}`)).toBe(before)
    expect((await kim.sftp(ofPages, 'ls')).code).toBe(0)
  })
})

describe('a person with an account', () => {
  it('works with the pages of a site: what is changed is served', async () => {
    await writeFile(join(kim.folder, 'page.html'), '<h1>By Kim</h1>')
    const answer = await kim.sftp(ofPages, 'pwd', 'ls -l', 'put page.html new.html', 'rename new.html kim.html', 'mkdir sub', 'put page.html sub/index.html', 'get img/a.svg', 'rm index.html', 'put page.html index.html', 'chmod 640 sub/index.html', 'chmod 644 sub/index.html')
    expect(answer, answer.stderr).toMatchObject({ code: 0 })
    expect((await readFile(join(kim.folder, 'a.svg'), 'utf8'))).toBe('<svg/>')
    expect((await visit(server.host, pages)).body).toBe('<h1>By Kim</h1>')
    expect((await visit(server.host, pages, '/kim.html')).body).toBe('<h1>By Kim</h1>')
    expect((await visit(server.host, pages, '/sub/')).body).toBe('<h1>By Kim</h1>')
    expect(await on(server, `stat -c %U /srv/homeport/${pages}/current/kim.html`)).toBe('homeport')
  })

  it('works with what a container keeps, whoever it belongs to', async () => {
    await on(server, `cd ${data}/files; echo private >of-another; chown 4242:4242 of-another; chmod 600 of-another`)
    await writeFile(join(lou.folder, 'mine.txt'), 'mine')
    const answer = await lou.sftp(ofProgram, 'cd files', 'get of-another', 'put mine.txt', 'rename mine.txt ours.txt', 'ls -la')
    expect(answer, answer.stderr).toMatchObject({ code: 0 })
    expect(await readFile(join(lou.folder, 'of-another'), 'utf8')).toBe('private\n')
    expect((await visit(server.host, program, '/data/ours.txt')).body).toBe('mine')
  })

  it('sends and fetches a large file unharmed', async () => {
    const bytes = randomBytes(48 * 1024 * 1024)
    await writeFile(join(lou.folder, 'large'), bytes)
    const answer = await lou.sftp(ofProgram, 'put large files/large', 'get files/large back', 'rm files/large')
    expect(answer, answer.stderr).toMatchObject({ code: 0 })
    expect(createHash('sha256').update(await readFile(join(lou.folder, 'back'))).digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'))
  })

  it('sees no more of the server than these files', async () => {
    for (const [person, account] of [[kim, ofPages], [lou, ofProgram]] as const) {
      for (const path of ['/etc/shadow', '/etc/homeport/spec.json', '/srv', '/root', '/home', '/var', '/proc', `/srv/homeport/${pages}`, '/files/../../etc/shadow', '/run/homeport', '/usr/local']) {
        expect(await person.sftp(account, `ls ${path}`), path).toMatchObject({ code: 1, stderr: expect.stringMatching(/not found|No such file|denied/i) })
      }
      const names = await person.sftp(account, 'get /etc/passwd names', 'ls -1 /etc')
      expect(names.stdout).not.toMatch(/shadow|ssh|homeport/)
      expect((await readFile(join(person.folder, 'names'), 'utf8')).split('\n').map((line) => line.split(':')[0])).toEqual(['root', 'homeport', ''])
      expect((await person.sftp(account, 'put names /usr/names')).code).toBe(1)
      expect((await person.sftp(account, 'put names /etc/names')).code).toBe(1)
    }
  })

  it('cannot follow a link that leads out, whoever made it, nor make one', async () => {
    await on(server, `cd ${data}/files; ln -s /etc/shadow shadow; ln -s /srv/homeport/${pages} other; ln -s ../../../.. up; ln -s /etc/homeport/sftp keys; ln -s starts inner`)
    await on(server, `docker exec $(docker ps --format '{{.Names}}' | grep ${program}) ln -s /../../etc/shadow /data/from-container`)
    await on(server, `ln -s /srv/homeport/${program} /srv/homeport/${pages}/current/out && chown -h homeport: /srv/homeport/${pages}/current/out`)
    for (const link of ['shadow', 'other/current/kim.html', 'up/etc/shadow', 'keys/site-1.keys', 'from-container']) expect(await lou.sftp(ofProgram, `get files/${link} stolen`), link).toMatchObject({ code: 1 })
    expect(await lou.sftp(ofProgram, 'get files/inner stolen')).toMatchObject({ code: 0 })
    for (const [person, account] of [[kim, ofPages], [lou, ofProgram]] as const) {
      for (const link of ['ln -s /etc/shadow made', 'ln -s .. made', 'ln starts made']) expect((await person.sftp(account, link)).code, link).toBe(1)
    }
    expect((await kim.sftp(ofPages, 'ls out/data')).code).toBe(1)
    await on(server, `cd ${data}/files; rm shadow other up keys inner from-container; test ! -e made; test ! -L ../../../${pages}/current/out`)
  })

  it('gets neither a shell nor a command, a terminal or a way into the network', async () => {
    for (const command of ['id', '/bin/sh', 'scp -f /etc/shadow', 'rsync --server --sender . /etc/shadow', 'internal-sftp', 'docker ps']) {
      expect(await kim.ssh(ofPages, [], command), command).toMatchObject({ stdout: '' })
    }
    await on(server, "sed -i.before 's/^Subsystem.*/Subsystem sftp internal-sftp/' /etc/ssh/sshd_config; systemctl restart ssh")
    expect((await kim.sftp(ofPages, 'pwd')).stdout, 'nor the SFTP of sshd itself').toContain('/files')
    await on(server, 'mv /etc/ssh/sshd_config.before /etc/ssh/sshd_config; systemctl restart ssh')
    const terminal = await kim.ssh(ofPages, ['-tt', '-o', 'LogLevel=INFO'])
    expect(terminal.stderr).toContain('PTY allocation request failed')
    expect(terminal.stdout).toBe('')
    const forward = await kim.ssh(ofPages, ['-W', '127.0.0.1:22'])
    expect(forward).toMatchObject({ stdout: '' })
    expect(forward.stderr).toContain('stdio forwarding failed')
    expect(await kim.ssh(ofPages, ['-N', '-o', 'ExitOnForwardFailure=yes', '-R', '0:127.0.0.1:22']), 'a port of the server').toMatchObject({ code: 255, stderr: expect.stringContaining('remote port forwarding failed') })
    expect(await kim.ssh(ofPages, ['-N', '-o', 'ExitOnForwardFailure=yes', '-R', '/tmp/kim.sock:127.0.0.1:22']), 'a socket of the server').toMatchObject({ code: 255 })
    expect(await on(server, `su ${ofPages} -c 'id; touch /tmp/by-su' </dev/null | head -c 100; ls /tmp/by-su 2>/dev/null || echo nothing`), 'nor one who becomes this user on the server').toBe('nothing')
  })

  it('comes in with a key of that site alone, never with a password or the key of another', async () => {
    expect(await lou.sftp(ofPages, 'ls')).toMatchObject({ code: 255, stderr: expect.stringContaining('Permission denied (publickey)') })
    expect((await kim.sftp(ofProgram, 'ls')).code).toBe(255)
    expect((await kim.sftp('root', 'ls')).code).toBe(255)
    await server.setPasswordLogin(true)
    await on(server, `echo '${ofPages}:kims-password' | chpasswd`)
    const outcome = await new Promise<string>((resolve) => {
      const client = new ssh2.Client().on('ready', () => { client.end(); resolve('let in') }).on('error', (error) => resolve(error.message))
      client.connect({ host: server.host, port: server.port, username: ofPages, password: 'kims-password', tryKeyboard: true })
    })
    expect(outcome).toBe('All configured authentication methods failed')
  })

  it('cannot reach the door of another account on the server, nor can anybody without one', async () => {
    await on(server, 'id stranger >/dev/null 2>&1 || useradd --shell /bin/bash stranger')
    const knock = (user: string): Promise<string> => on(server, `setpriv --reuid=${user} --regid=$(id -g ${user}) --clear-groups perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Peer => "/run/homeport/sftp.sock") or do { print "closed"; exit }; shutdown $s, 1; print "open"; my $n = sysread $s, my $b, 10; print " ", $n // "nothing"'`)
    expect(await knock('stranger')).toBe('closed')
    expect(await knock('homeport')).toBe('closed')
    await on(server, 'usermod --gid homeport-sftp stranger')
    expect(await knock('stranger'), 'one in the group who is no account').toBe('open 0')
    await on(server, 'userdel stranger')
    expect(await here.leftToDo()).toEqual([])
  })
})

it('gives one account twenty sessions at a time, so that others always get in', async () => {
  const clients = await Promise.all([1, 2, 3].map(() => new Promise<ssh2.Client>((resolve, reject) => {
    const client = new ssh2.Client().on('error', reject)
    client.on('ready', () => resolve(client)).connect({ host: server.host, port: server.port, username: ofPages, privateKey: kim.privateKey })
  })))
  const opened: string[] = []
  for (const client of clients) for (let count = 0; count < 8; count++) opened.push(await new Promise<string>((resolve) => client.sftp((error) => resolve(error === undefined ? 'open' : 'refused'))))
  expect(opened.filter((one) => one === 'open')).toHaveLength(20)
  expect((await lou.sftp(ofProgram, 'ls')).code).toBe(0)
  for (const client of clients) client.end()
  await expect.poll(async () => (await kim.sftp(ofPages, 'ls')).code, { timeout: 15_000 }).toBe(0)
})

describe('what ends', () => {
  it('is a connection whose keys change: the next one needs a key that is there then', async () => {
    const client = new ssh2.Client()
    const closed = new Promise<void>((resolve) => client.on('close', () => resolve()))
    client.on('error', () => {})
    await new Promise<void>((resolve, reject) => {
      client.on('ready', () => client.sftp((error) => (error === undefined ? resolve() : reject(error))))
      client.connect({ host: server.host, port: server.port, username: ofPages, privateKey: kim.privateKey })
    })
    expect(await on(server, `pgrep -u ${ofPages} -c .`)).not.toBe('0')
    await letIn(pages, lou)
    await closed
    expect((await kim.sftp(ofPages, 'ls')).code).toBe(255)
    expect((await lou.sftp(ofPages, 'ls')).code).toBe(0)
    expect(await here.leftToDo()).toEqual([])
  })

  it('is what was changed by hand: a set-up mends the account, its keys and what it may do', async () => {
    await on(server, `usermod --shell /bin/bash ${ofPages}; echo '# by hand' >>${sshdFile}; systemctl disable --now --quiet homeport-sftp.socket; userdel --force ${ofProgram} 2>/dev/null; echo '${kim.sftpKey.key}' >>/etc/homeport/sftp/${ofPages}.keys`)
    expect((await here.leftToDo()).map((line) => line.replace(/:.*/, '')).sort()).toEqual([`create sftp-account/${ofProgram}`, `update file//etc/homeport/sftp/${ofPages}.keys`, `update file/${sshdFile}`, 'update socket/homeport-sftp', `update sftp-account/${ofPages}`].sort())
    await here.apply({ kind: 'set-up' })
    expect(await here.leftToDo()).toEqual([])
    expect([(await kim.sftp(ofPages, 'ls')).code, (await lou.sftp(ofPages, 'ls')).code, (await lou.sftp(ofProgram, 'ls')).code]).toEqual([255, 0, 0])
    expect((await lou.ssh(ofPages, [], 'id')).stdout).toBe('')
  })

  it('goes on after a reboot', async () => {
    await server.reboot()
    await expect.poll(async () => (await lou.sftp(ofProgram, 'ls')).code, { timeout: 20_000 }).toBe(0)
    await expect.poll(() => here.leftToDo(), { timeout: 60_000 }).toEqual([])
  })

  it('is an account whose site goes, with everything open in it', async () => {
    await here.apply({ kind: 'remove-site', siteId: pages, data: 'delete' })
    expect((await lou.sftp(ofPages, 'ls')).code).toBe(255)
    expect((await lou.sftp(ofProgram, 'ls')).code).toBe(0)
    expect(await leftovers()).not.toContain(ofPages)
    expect(await here.leftToDo()).toEqual([])
  })

  it('is everything, when Homeport leaves', async () => {
    await here.apply({ kind: 'uninstall', userData: 'delete' })
    expect(await leftovers()).toBe('')
    expect(await on(server, 'sshd -T | grep -c homeport || true')).toBe('0')
    expect((await lou.sftp(ofProgram, 'ls')).code).toBe(255)
  })
})
