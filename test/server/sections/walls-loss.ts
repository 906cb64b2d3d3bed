/** What is lost without a word: here what one set-up server can show (see interruption and leave for the rest). */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { authorizeKey, revokeKey } from '../../../src/main/servers/own-key.ts'
import { ownedText } from '../../../src/main/plan/record.ts'
import { keepSecret } from '../../../src/main/server/keep-secret.ts'
import type { Session } from '../../../src/main/ssh/session.ts'
import type { Home } from '../home.ts'
import { on, resources } from '../pipeline.ts'

const own = '# mine\nssh-ed25519 AAAAown me@home'
const keyOf = (name: string): string => `ssh-ed25519 AAAAkey${name} homeport@${name}`

/** `home` is set up. Leaves it as it was. */
export function describeLoss(home: () => Home): void {
  const server = () => home().server
  /** The session of the server, with another folder as home. */
  const session = async (): Promise<Session> => {
    const real = await home().here.session()
    return { ...real, run: (command) => real.run({ ...command, script: `export HOME=/home/kim\n${command.script}` }) }
  }
  const keys = () => on(server(), 'cat /home/kim/dots/keys')

  beforeAll(async () => {
    await on(server(), 'mkdir -p /home/kim/.ssh /home/kim/dots && mount -t tmpfs -o size=64k tmpfs /home/kim/dots && ln -s ../dots/keys /home/kim/.ssh/authorized_keys')
  })
  afterAll(async () => { await on(server(), 'umount /home/kim/dots; rm -r /home/kim') })

  it('adds the keys of several computers at once to a file that is a link, and loses none', async () => {
    await on(server(), 'cat >/home/kim/dots/keys', own)
    const kim = await session()
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => authorizeKey(kim, keyOf(name))))
    await Promise.all([authorizeKey(kim, keyOf('a')), revokeKey(kim, keyOf('b'))])
    expect((await keys()).split('\n').sort()).toEqual([...own.split('\n'), ...['a', 'c', 'd'].map(keyOf)].sort())
    expect(await on(server(), 'readlink /home/kim/.ssh/authorized_keys; stat -c %a /home/kim/dots/keys; ls -A /home/kim/dots /home/kim/.ssh')).toBe('../dots/keys\n600\n/home/kim/.ssh:\nauthorized_keys\n\n/home/kim/dots:\nkeys')
  })

  it('leaves the keys of a person as they are where the disk is full', async () => {
    await on(server(), 'cat >/home/kim/dots/keys', `${own}\n${keyOf('a')}`)
    await on(server(), 'head -c 100000 /dev/zero >/home/kim/dots/full 2>/dev/null; [ "$(df --output=avail /home/kim/dots | tail -n 1)" -eq 0 ]')
    const before = await keys()
    const kim = await session()
    await expect(revokeKey(kim, keyOf('a'))).rejects.toThrow()
    await expect(authorizeKey(kim, keyOf('b'))).rejects.toThrow()
    expect(await keys()).toBe(before)
    await on(server(), 'rm /home/kim/dots/full')
  })

  it('deletes no secret that is named anywhere, or while the list of owned things is torn', async () => {
    const folder = '/var/lib/homeport/secrets'
    const [owned, wanted, unused] = ['a', 'b', 'c'].map((letter) => `s${letter.repeat(32)}`)
    await on(server(), `cp -a /var/lib/homeport/owned.json /etc/homeport/spec.json /run/ && mkdir -p ${folder} && cd ${folder} && touch -d '2 days ago' ${owned}.key ${wanted}.key ${unused}.key`)
    const kept = async (list: string, spec: string): Promise<string> => {
      await on(server(), 'cat >/var/lib/homeport/owned.json', list)
      await on(server(), 'cat >/etc/homeport/spec.json', spec)
      const id = await keepSecret(await home().here.session(), { kind: 'webhook', url: 'https://hooks.example.test/x' }, resources)
      return await on(server(), `cd ${folder} && rm ${id}.key && ls`)
    }
    const list = ownedText({ version: 1, resources: { [`secret/${owned}`]: {} } })
    const all = [owned, wanted, unused].map((id) => `${id}.key`).join('\n')
    const spec = JSON.stringify({ alerts: { webhook: wanted } })
    for (const torn of ['', '{\n  "version": 1,\n  "resources": {\n', list.slice(0, -3)]) expect(await kept(torn, spec)).toBe(all)
    expect(await kept(list, spec)).toBe(`${owned}.key\n${wanted}.key`)
    await on(server(), `cp -a /run/owned.json /var/lib/homeport/ && cp -a /run/spec.json /etc/homeport/ && rm ${folder}/${owned}.key ${folder}/${wanted}.key`)
    expect(await home().here.leftToDo()).toEqual([])
  })

  it('plans nothing while the disk of the sites is not mounted, and says which', async () => {
    const fstab = await on(server(), 'cp /etc/fstab /run/fstab; echo "/dev/disk/by-label/sites /srv ext4 nofail 0 2" >>/etc/fstab; tail -n 1 /etc/fstab')
    expect(fstab).toContain('/srv')
    for (const edit of [{ kind: 'set-up' }, { kind: 'uninstall', userData: 'keep' }] as const) {
      await expect(home().here.desk.plan(edit)).rejects.toMatchObject({ code: 'unreadable-answer', message: expect.stringContaining('/srv') as string, hint: expect.stringContaining('mount /srv') as string })
    }
    await on(server(), 'cp /run/fstab /etc/fstab')
    expect(await home().here.leftToDo()).toEqual([])
  })
}
