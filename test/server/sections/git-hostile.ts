import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Home } from '../home.ts'
import { on } from '../pipeline.ts'
import { addBlob, newRepositoryName, pushTree, runGit } from '../repository-folder.ts'

const domain = 'hostile.example.test'
const current = `/srv/homeport/${domain}/current`

/** A repository of somebody who means harm: it harms nothing, and the old version stays. */
export function testGitHostile(home: () => Home): void {
  const site = newRepositoryName('hostile')
  const entry = (mode: string, hash: string, name: string): string => `${mode} ${mode === '40000' ? 'tree' : mode === '160000' ? 'commit' : 'blob'} ${hash}\t${name}\0`
  const blob = async (content: string, name: string, mode = '100644'): Promise<string> => entry(mode, await addBlob(site, content), name)
  const pull = () => home().here.act({ kind: 'pull-site', siteId: domain })
  const listFiles = () => on(home().server, `cd -P ${current} && find . -mindepth 1 -printf '%y %P\\0' | sort -z | tr '\\0\\n' '\\n?' | cat -v`)
  let last = ''
  /** The pull fails in plain words, and what was served is served. */
  const expectRefusal = async (words: RegExp): Promise<void> => {
    const { server, here } = home()
    await expect(pull()).rejects.toThrow()
    expect((await here.facts()).sites.get(domain)?.pull).toMatchObject({ ok: false, error: expect.stringMatching(words), commit: last })
    expect(await on(server, `readlink ${current}`)).toBe(`releases/${last}`)
    expect(await on(server, `ls -d /var/lib/homeport/sites/${domain}/export.* /srv/homeport/${domain}/releases/.new-* 2>/dev/null || true`)).toBe('')
  }

  it('serves files exactly as they were committed, whatever the attributes of the repository say', async () => {
    const { server, git, here } = home()
    await git.createRepo(site, { 'index.html': 'harmless' })
    last = await pushTree(site, [
      await blob('* export-subst text eol=crlf ident\nhidden export-ignore\n*.bin filter=lfs\n*.txt working-tree-encoding=UTF-16\n', '.gitattributes'),
      await blob('$Format:%H %an$ $Id$\n', 'index.html'), await blob('there\n', 'hidden'), await blob('version https://git-lfs.github.com/spec/v1\n', 'a.bin'), await blob('ä\n', 'a.txt'),
      await blob('[lfs]\n\turl = http://127.0.0.1:9/\n[filter "lfs"]\n\tsmudge = touch /tmp/harm\n', '.lfsconfig'),
    ].join(''), 'Attributes')
    await here.addSite({ domain, source: { kind: 'git', url: git.url(site), branch: 'main', intervalMinutes: 600, plainHttp: true } })
    expect(await on(server, `cd ${current} && cat index.html hidden a.bin a.txt`)).toBe('$Format:%H %an$ $Id$\nthere\nversion https://git-lfs.github.com/spec/v1\nä')
  })

  it('keeps files of any name, and leaves out links that lead outside', async () => {
    const html = await addBlob(site, 'x')
    last = await pushTree(site, Buffer.concat([
      Buffer.from([
        entry('100644', html, '-rf'), entry('100644', html, 'INDEX.html'), entry('100644', html, 'a\nb'), entry('100644', html, 'c\u0001\u001b[31m'), entry('100755', html, 'run.sh'),
        await blob('loop2', 'loop1', '120000'), await blob('loop1', 'loop2', '120000'), await blob('../../../../../../etc/passwd', 'up', '120000'), await blob('/etc', 'etc', '120000'),
        await blob('nowhere/../../../x', 'missing', '120000'), await blob('index.html', 'inside', '120000'), entry('100644', html, 'index.html'), entry('100644', html, '$(touch harm)'),
      ].join('')),
      Buffer.from(`100644 blob ${html}\t`), Buffer.from([0xff, 0xfe, 0x00]),
    ]), 'Names')
    await pull()
    expect((await listFiles()).split('\n').sort()).toEqual(['f $(touch harm)', 'f -rf', 'f INDEX.html', 'f M-^?M-~', 'f a?b', 'f c^A^[[31m', 'f index.html', 'f run.sh', 'l inside', 'l loop1', 'l loop2'].sort())
  })

  it('never fetches submodules, and runs no hook', async () => {
    const { server, git } = home()
    const hook = await addBlob(site, '#!/bin/sh\ntouch /tmp/harm /var/lib/homeport/sites/harm\n')
    const other = newRepositoryName('secret')
    const secret = await git.createRepo(other, { 'secret.html': 'secret' })
    last = await pushTree(site, [
      await blob(`[submodule "sub"]\n\tpath = sub\n\turl = ${git.url(other)}\n`, '.gitmodules'),
      entry('160000', secret, 'sub'), await blob('modules', 'index.html'), entry('100755', hook, 'post-checkout'), entry('100755', hook, 'post-merge'),
    ].join(''), 'Submodule')
    await pull()
    expect(await listFiles()).not.toMatch(/secret|sub\//)
    expect(await on(server, `ls -A /var/lib/homeport/sites/${domain}/repo.git/modules ${current}/sub/secret.html /tmp/harm /var/lib/homeport/sites/harm 2>/dev/null || true`)).toBe('')
  })

  it('refuses a submodule that is an option or a command', async () => {
    await pushTree(site, [await blob('[submodule "sub"]\n\tpath = sub\n\turl = -u./harm\n', '.gitmodules'), entry('160000', last, 'sub')].join(''), 'Option')
    await expectRefusal(/does not allow/)
  })

  it.each(['.git', '.GIT', 'git~1'])('refuses a version with a folder named %s', async (name) => {
    const tree = await treeOf(await blob('[core]\n\tfsmonitor = touch /tmp/harm\n', 'config'))
    await pushTree(site, entry('40000', tree, name), 'Git in git')
    await expectRefusal(/does not allow, such as a file named \.git/)
  })

  it('refuses a tree that holds itself so often that its files cannot be counted', async () => {
    let tree = await treeOf(await blob('x', 'f'))
    for (let level = 0; level < 9; level++) tree = await treeOf(Array.from({ length: 10 }, (_, index) => entry('40000', tree, `d${index}`)).join(''))
    await pushTree(site, entry('40000', tree, 'bomb'), 'Bomb')
    await expectRefusal(/more than 300000 files/)
  })

  it('refuses a version that is larger than a site may be, before anything of it is written', async () => {
    const large = await addBlob(site, Buffer.alloc(60 << 20))
    await pushTree(site, Array.from({ length: 100 }, (_, index) => entry('100644', large, `f${index}`)).join(''), 'Large')
    await expectRefusal(/has 6000 MB, and a site may have 5120 MB/)
  })

  it.each([['pack', randomBytes(3 << 20), /^The repository is too large\./], ['file', Buffer.alloc(6 << 20), /could not be written: a file may have 2 GB/]] as const)('stops at a %s that is larger than one file may be', async (_what, content, words) => {
    const { server } = home()
    const folder = `/run/systemd/system/homeport-${domain}-pull.service.d`
    // 2 GB would take their time here.
    await on(server, `mkdir -p ${folder} && printf '[Service]\\nLimitFSIZE=2M\\n' >${folder}/limit.conf && systemctl daemon-reload`)
    await pushTree(site, entry('100644', await addBlob(site, content), 'large'), 'Large')
    await expectRefusal(words)
    await on(server, `rm -r ${folder} && systemctl daemon-reload`)
  })

  it('does not follow a repository that leads on to an address of the server itself', async () => {
    const { server, git, here } = home()
    const heard = `/run/heard-${site}`
    await on(server, `systemd-run --quiet --unit=listen-${site} python3 -c 'import socket; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", 8999)); s.listen(); s.accept(); open("${heard}", "w")' || true`)
    const draft = { domain: 'moved.example.test', www: false, source: { kind: 'git', url: git.movedUrl(site), branch: 'main', intervalMinutes: 10, plainHttp: true } } as const
    await expect(here.desk.plan({ kind: 'add-site', draft })).rejects.toMatchObject({ message: expect.stringMatching(/moved/), hint: expect.stringContaining(`It leads to http://127.0.0.1:8999/${site}.git now.`), fields: { 'source.url': expect.any(String) } })
    await on(server, `sed -i 's|^GIT_URL=.*|GIT_URL="${git.movedUrl(site)}"|' /etc/homeport/sites/${domain}/pull.env`)
    await expectRefusal(/moved/)
    expect(await on(server, `ls ${heard} 2>/dev/null || true; systemctl stop listen-${site} 2>/dev/null || true`)).toBe('')
  })

  it.each(['ext::sh -c touch% /tmp/harm', 'file:///etc', '--upload-pack=touch /tmp/harm', 'ssh://-oProxyCommand=touch%20/tmp/harm/x', '/srv/homeport'])('runs nothing for the address %s, even where it was written on the server by hand', async (url) => {
    const { server } = home()
    await on(server, `cat >/etc/homeport/sites/${domain}/pull.env`, `GIT_URL='${url}'\nGIT_BRANCH=main\n`)
    await expectRefusal(/not allowed|cannot be read|no such repository|takes no|no server|not a git/)
    expect(await on(server, `ls /tmp/harm /tmp/systemd-private-*homeport*/tmp/harm 2>/dev/null || true`)).toBe('')
  })

  async function treeOf(entries: string): Promise<string> {
    return await runGit(site, ['mktree', '-z', '--missing'], entries)
  }
}
