import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { parseStorage } from '../../../src/main/facts/storage.ts'
import { sendFiles } from '../../../src/main/upload/send-files.ts'
import type { UploadEntry } from '../../../src/main/upload/entry-path.ts'
import { withRunLib } from '../apt-key.ts'
import type { Home } from '../home.ts'
import { describeChanges, on, resources } from '../pipeline.ts'
import { newRepositoryName } from '../repository-folder.ts'
import { visit } from '../visitor.ts'

const domain = 'disk.example.test'
const folder = `/srv/homeport/${domain}`
const uploads = '/var/lib/homeport/uploads'
const archives = '/srv/homeport/.archive'

/** Disks that are full, fill up, or lose their power. A small disk is a file system in memory, mounted where the matter writes. */
export function testFullDisks(home: () => Home): void {
  const run = (command: string, input?: string): Promise<string> => on(home().server, command, input)
  /** Puts a small disk in a place, with what is there already. */
  const within = async (path: string, options: string, work: () => Promise<void>): Promise<void> => {
    await run(`install -d ${path} && cp -a ${path} /run/copy && mount -t tmpfs -o ${options} small ${path} && cp -a /run/copy/. ${path}/ && rm -rf /run/copy`)
    await work().finally(() => run(`umount --lazy ${path}`))
  }
  const onSmallDisk = (options: string, work: () => Promise<void>): Promise<void> => within(folder, options, work)
  /** A version that was sent, with what the server's console adds to it. */
  const sent = async (text: string, more: string): Promise<string> => {
    const { release } = await home().here.send({ 'index.html': text })
    await run(`cd ${uploads}/${release} && ${more}`)
    return release
  }
  const publish = (release: string): Promise<unknown> => home().here.apply({ kind: 'change-site', siteId: domain, draft: { domain, www: false, source: { kind: 'upload', release } } })
  const leftovers = (): Promise<string> => run(`find ${folder}/releases -maxdepth 1 -name '.*'; find ${uploads} ${archives} -mindepth 1 -maxdepth 1 \\( -name '.*' -o -name '*.part' \\) 2>/dev/null; true`)
  const served = (): Promise<string> => run(`cat ${folder}/current/index.html`)
  const setUp = async (): Promise<void> => { if (describeChanges(await home().here.desk.plan({ kind: 'set-up' })).length > 0) await home().here.apply({ kind: 'set-up' }) }
  /** Starts a run, kills all of it when the console sees something, as a power cut does (nothing cleans up after itself), and finishes what is left. */
  const cutShort = async (start: () => Promise<string>, when: string): Promise<void> => {
    await start()
    await run(`timeout 60 bash -c 'until ${when}; do :; done; systemctl kill --signal=KILL homeport-run.service "publish-to-*.service"; while systemctl is-active --quiet homeport-run.service; do sleep 0.1; done'`)
    await setUp()
  }

  it('refuses a version for which there is no room, before anything of it is written', async () => {
    await home().here.addUpload(domain, { 'index.html': 'first' })
    await onSmallDisk('size=1200m', async () => {
      const before = await run(`find ${folder} | sort`)
      const release = await sent('large', `yes | head -c 300000000 >large`)
      await expect(publish(release)).rejects.toThrow(/too little room: this needs 30\d MB, of 12\d\d MB that are free 1074 MB have to stay free/)
      expect(await run(`find ${folder} | sort`)).toBe(before)
      await run(`rm -r ${uploads}/${release}`)
      await publish(await sent('small', 'true'))
      expect(await served()).toBe('small')
    })
  })

  it('refuses a version with more files than the disk takes', async () => {
    await onSmallDisk('size=2000m,nr_inodes=10150', async () => {
      const release = await sent('many', 'seq 300 | xargs touch')
      await expect(publish(release)).rejects.toThrow(/takes too few more files: these are 30\d/)
      expect(await leftovers()).toBe('')
      await run(`rm -r ${uploads}/${release}`)
    })
  })

  it('leaves nothing behind where somebody else fills the disk in the middle, and continues when there is room', async () => {
    await onSmallDisk('size=1400m', async () => {
      const before = await served()
      const release = await sent('middle', 'mkdir a && yes | head -c 40000000 | split --bytes=10000 --suffix-length=5 - a/')
      // The other one: while the copy is made, all but some megabytes are taken.
      const filling = run(`timeout 60 bash -c 'until compgen -G "${folder}/releases/.new-*/a" >/dev/null; do :; done; copy=$(pgrep -x cp); kill -STOP $copy; mount -o remount,size=$(($(df --output=used ${folder} | tail -n 1) + 3000))k ${folder}; kill -CONT $copy'`)
      await expect(publish(release)).rejects.toThrow(/No space left/)
      await filling
      expect(await leftovers()).toBe('')
      expect(await served()).toBe(before)
      await run(`mount -o remount,size=1400m ${folder}`)
      await setUp()
      expect(await served()).toBe('middle')
      expect(await run(`ls ${uploads}`)).toBe('')
    })
    // The small disk is gone, and what was published on it.
    await publish(await sent('after', 'true'))
  })

  it('ends clean where a publishing was cut short', async () => {
    const { here } = home()
    const release = await sent('cut', 'mkdir a && cd a && seq 4000 | xargs touch')
    await cutShort(async () => {
      const plan = await here.desk.plan({ kind: 'change-site', siteId: domain, draft: { domain, www: false, source: { kind: 'upload', release } } })
      return await here.desk.approve(plan.id)
    }, `compgen -G "${folder}/releases/.new-*" >/dev/null`)
    expect(await served()).toBe('cut')
    expect(await leftovers()).toBe('')
    expect(await here.leftToDo()).toEqual([])
  })

  it('does not begin to remove a site whose files cannot be kept', async () => {
    const { here, server } = home()
    await publish(await sent('kept', 'head -c 60000000 /dev/urandom >large'))
    await within(archives, 'size=1050m', async () => {
      await expect(here.apply({ kind: 'remove-site', siteId: domain, data: 'archive' })).rejects.toThrow(/too little room[^]*Without keeping them, the site can be removed now/)
      expect(await run(`ls -A ${archives}`)).toBe('')
    })
    expect((await visit(server.host, domain)).body).toBe('kept')
    expect((await here.facts()).spec?.sites.map(({ id }) => id)).toContain(domain)
    expect(await here.leftToDo()).toEqual([])
  })

  it('has one whole archive where packing was cut short', async () => {
    const { here } = home()
    await publish(await sent('packed', 'head -c 80000000 /dev/urandom >large'))
    await cutShort(async () => await here.desk.approve((await here.desk.plan({ kind: 'remove-site', siteId: domain, data: 'archive' })).id), `compgen -G "${archives}/*.part" >/dev/null`)
    expect(await run(`ls ${archives}`)).toMatch(/^disk\.example\.test-\d{8}T\d{6}Z\.tar\.gz$/)
    expect(await run(`tar -xzOf ${archives}/*.tar.gz ${`--wildcards '*/releases/*/index.html'`} | grep -c packed; ls -d ${folder} || true`)).toBe('1')
    expect(await here.leftToDo()).toEqual([])
  })

  it('brings the files of a removed site back, and they are served once the site is added', async () => {
    const { here, server } = home()
    const archive = await run(`ls ${archives}`)
    await here.act({ kind: 'restore-archive', archive })
    const release = (await run(`readlink ${folder}/current`)).replace('releases/', '')
    await expect(here.act({ kind: 'restore-archive', archive })).rejects.toThrow('There is a folder of disk.example.test on the server.')
    await here.addSite({ domain, source: { kind: 'upload', release } })
    expect((await visit(server.host, domain)).body).toBe('packed')
    await here.act({ kind: 'delete-archive', archive })
    expect(await run(`ls -d ${archives} || true`)).toBe('')
  })

  it('unpacks a hostile archive into its own folder and nowhere else', async () => {
    const { here } = home()
    const site = 'evil.example.test'
    const archive = `${site}-20260101T000000Z.tar.gz`
    const pack = `
import io, tarfile
out = tarfile.open('${archives}/${archive}', 'w:gz')
def add(name, kind=tarfile.REGTYPE, link='', data=b'', mode=0o644, uid=4711):
    one = tarfile.TarInfo(name)
    one.type, one.linkname, one.size, one.mode, one.uid = kind, link, len(data), mode, uid
    out.addfile(one, io.BytesIO(data))
add('${site}', tarfile.DIRTYPE, mode=0o755)
add('${site}/data', tarfile.DIRTYPE, mode=0o700)
add('${site}/data/ours', data=b'ours', mode=0o4755)
add('../../outside', data=b'x')
add('/outside', data=b'x')
add('${site}/out', tarfile.SYMTYPE, '/srv/homeport')
add('${site}/out/outside', data=b'x')
add('${site}/hard', tarfile.LNKTYPE, '/etc/shadow')
add('${site}/up', tarfile.SYMTYPE, '../../..')
add('${site}/up/outside', data=b'x')
add('${site}/pipe', tarfile.FIFOTYPE)
out.close()`
    await run(`install -d -m 0700 ${archives} && python3 -`, pack)
    // tar says what it did not make; what is left of the folder is thrown away.
    await expect(here.act({ kind: 'restore-archive', archive })).rejects.toThrow()
    expect(await run('ls -d /outside /srv/outside /srv/homeport/outside /srv/homeport/.restore-* 2>/dev/null || true')).toBe('')
    await run(`python3 -`, pack.replaceAll(/^add\('(?!.*(DIRTYPE|ours|FIFOTYPE|'\/srv\/homeport')).*$/gm, ''))
    await here.act({ kind: 'restore-archive', archive })
    expect(await run(`cd /srv/homeport/${site} && find . -printf '%P %y %m %U %l\\n' | sort`)).toBe('d 755 4711 \ndata d 700 4711 \ndata/ours f 755 4711 \nout l 777 4711 /srv/homeport')
    await here.act({ kind: 'free-space', what: 'leftover', siteId: site })
    await here.act({ kind: 'delete-archive', archive })
    expect(await run(`ls -d /srv/homeport/${site} ${archives} 2>/dev/null || true`)).toBe('')
  })

  it('does not unpack what has no room, nor more than was said', async () => {
    const { here } = home()
    await within(uploads, 'size=1100m', async () => {
      await expect(sendFiles(here.target(), zeros(200))).rejects.toMatchObject({ code: 'disk-full', message: expect.stringMatching(/this needs 201 MB, of 11\d\d MB/) })
      expect(await run(`ls -A ${uploads}`)).toBe('')
    })
    const bomb = await run(`head -c 30000000 /dev/zero >/run/zeros && tar -C /run -cz zeros | base64 -w0; rm /run/zeros`)
    const script = ['lib/room', 'commands/uploads.sh', 'commands/store-upload.sh'].map((name) => resources.text(name)).join('\n')
    await expect((await here.session()).run({ name: 'bomb', script, args: ['u20260101000000-00000000', '1000', '1'], input: Buffer.from(bomb, 'base64') })).rejects.toMatchObject({ code: 'command-failed' })
    expect(await run(`ls -A ${uploads}`)).toBe('')
  })

  it('asks for room before a large upload is sent', async () => {
    const { here } = home()
    await within(uploads, 'size=1200m', async () => {
      let read = 0
      const noise = randomBytes(1_000_000)
      async function* files(): AsyncGenerator<UploadEntry> {
        for (let n = 0; n < 200; n++) { read++; yield { path: `${n}`, sizeBytes: noise.length, content: each(noise) } }
      }
      await expect(sendFiles(here.target({ expected: { bytes: 200_000_000, files: 200 } }), files())).rejects.toMatchObject({ code: 'disk-full', message: expect.stringMatching(/this needs 400 MB/) })
      expect(read).toBeLessThan(20)
      expect(await run(`ls -A ${uploads}`)).toBe('')
    })
  })

  it('takes away what uploads left that nobody waits for any more', async () => {
    await run(`mkdir -p ${uploads}/.u20260101000000-00000000.4000000 && touch -d '2 hours ago' ${uploads}/.u20260101000000-11111111.part && touch ${uploads}/.u20260101000000-22222222.part`)
    const { release } = await home().here.send({ 'index.html': 'x' })
    expect(await run(`ls -A ${uploads}`)).toBe(`.u20260101000000-22222222.part\n${release}`)
    await home().here.act({ kind: 'free-space', what: 'uploads' })
    expect(await run(`ls -A ${uploads}`)).toBe('')
  })

  it('ends a pull before it takes the reserve of the disk, and leaves nothing of it', async () => {
    const { here, git } = home()
    const site = 'pulled-disk.example.test'
    const state = `/var/lib/homeport/sites/${site}`
    const name = newRepositoryName('disk')
    await git.createRepo(name, { 'index.html': 'small' })
    await here.addSite({ domain: site, source: { kind: 'git', url: git.url(name), branch: 'main', intervalMinutes: 1440, plainHttp: true } })
    await within(state, 'size=1050m', async () => {
      await git.push(name, { 'large.txt': randomBytes(45_000_000).toString('base64') }, 'Large')
      await expect(here.act({ kind: 'pull-site', siteId: site })).rejects.toThrow(/too little room/)
      expect(Number(await run(`du -sk ${state} | cut -f1`))).toBeLessThan(2000)
    })
    await here.apply({ kind: 'remove-site', siteId: site, data: 'delete' })
  })

  it('frees a disk on which nothing more can be written, and shows the run that did', async () => {
    const { here } = home()
    const state = '/var/lib/homeport'
    const newest = (): Promise<string> => run(`readlink ${state}/runs/$(ls ${state}/runs | tail -n 1) || true`)
    // Of bytes, and of files, where even a link has no place.
    for (const [options, fill] of [['size=100m', `head -c 200000000 /dev/zero >${uploads}/full`], ['size=100m,nr_inodes=8000', `cd ${uploads} && seq 9000 | xargs touch`]] as const) {
      await within(state, options, async () => {
        // Nor in /tmp.
        await run(`mkdir -p ${uploads} && { ${fill}; } 2>/dev/null || true; mount -t tmpfs -o size=16k small /tmp && head -c 20000 /dev/zero >/tmp/full 2>/dev/null || true`)
        await expect(run(`head -c 9 /dev/zero >${state}/more`)).rejects.toThrow(/No space left/)
        await here.act({ kind: 'free-space', what: 'uploads' })
        expect(await run(`ls -A ${uploads}`)).toBe('')
        expect(await newest()).toMatch(/^\/run\/homeport\/runs\//)
        expect((await here.facts()).runs[0]).toMatchObject({ title: 'Delete uploads that were not published', outcome: 'succeeded' })
        await run('umount /tmp')
        await here.act({ kind: 'free-space', what: 'runs' })
        expect(await run(`ls /run/homeport/runs; ls ${state}/runs | wc -l`)).toBe('1')
        expect(await newest(), 'on the disk again').toBe('')
      })
    }
  })

  it('says that a disk is full, and leaves nothing behind, where a run has no room anywhere', async () => {
    const { here } = home()
    const there = (): Promise<string> => run('ls /var/lib/homeport/runs')
    await within('/var/lib/homeport', 'size=100m', () => within('/run/homeport/runs', 'size=16k', async () => {
      await run(`mkdir -p ${uploads} && head -c 200000000 /dev/zero >${uploads}/full 2>/dev/null || true`)
      const before = await there()
      await expect(here.act({ kind: 'free-space', what: 'uploads' })).rejects.toMatchObject({ code: 'disk-full', message: expect.stringContaining('The disk of the server is full') })
      expect(await there()).toBe(before)
      expect(await run('ls -A /run/homeport/runs')).toBe('')
    }))
  })

  it('keeps mail whole or not at all, also when the rest of Homeport is gone', async () => {
    const { here } = home()
    const kept = '/srv/homeport-mail'
    const keep = async (): Promise<string> => (await here.follow(await here.start({ title: 'Keep mail', steps: [{ id: 'test/keep', title: 'Keep mail', script: 'keep_mail' }], files: new Map() }))).run.outcome ?? ''
    await run('mkdir -p /var/lib/homeport/mail/queue/deferred && head -c 60000000 /dev/urandom >/var/lib/homeport/mail/queue/deferred/one && mv /usr/local/lib/homeport/room /run/room')
    await within(kept, 'size=1060m', async () => {
      await run(`mkdir ${kept}/20260101T000000Z.part`)
      expect(await keep(), 'no room').toBe('failed')
      expect(await run(`ls -A ${kept}`)).toBe('')
      // Somebody else fills the disk in the middle.
      await run(`mount -o remount,size=1400m ${kept}`)
      const filling = run(`timeout 60 bash -c 'until compgen -G "${kept}/*.part/queue/deferred/one" >/dev/null; do :; done; copy=$(pgrep -x cp); kill -STOP $copy; mount -o remount,size=$(($(df --output=used ${kept} | tail -n 1) + 1000))k ${kept}; kill -CONT $copy'`)
      expect(await keep(), 'room that went').toBe('failed')
      await filling
      expect(await run(`ls -A ${kept}; ls -A /var/lib/homeport/mail/queue/deferred`)).toBe('one')
    })
    expect(await keep()).toBe('succeeded')
    expect(await run(`mv /run/room /usr/local/lib/homeport/room; ls -d /var/lib/homeport/mail 2>/dev/null; ls -A ${kept}/*`)).toBe('README\nqueue')
    const [mail] = (await here.storage()).keptMail
    expect(mail?.bytes).toBeCloseTo(60_000_000, -6)
    await here.act({ kind: 'free-space', what: 'kept-mail', kept: mail?.name ?? '' })
    expect(await run(`ls -d ${kept} 2>/dev/null || true`)).toBe('')
  })

  it('counts what it can where a site has folders without end, or takes too long', async () => {
    const { here } = home()
    const sites = ['many', 'slow', 'tail'].map((name) => `/srv/homeport/${name}.example.test`)
    // A disk on which du takes its time for one site.
    await run(`for site in ${sites.join(' ')}; do mkdir -p $site/releases/v1 $site/data; done; cd /srv/homeport/many.example.test && ln -s releases/served current && mkdir releases/served && seq -f releases/v%g 2 400 | xargs mkdir && ln -s /usr data/.homeport
      mkdir -p /root/slow && printf '#!/bin/sh\ncase "$*" in *./slow.example.test*) sleep 60;; esac\nexec /usr/bin/du "$@"\n' >/root/slow/du && chmod +x /root/slow/du`)
    const script = `export PATH=/root/slow:$PATH\n${resources.text('commands/storage.sh')}`
    const { isComplete, sites: counted } = parseStorage((await (await here.session()).run({ name: 'storage', script, timeoutMs: 100_000 })).stdout.toString('utf8'))
    expect(isComplete).toBe(false)
    const [many, slow, last] = ['many', 'slow', 'tail'].map((name) => counted.find(({ siteId }) => siteId === `${name}.example.test`))
    expect(many?.versions.length).toBeLessThanOrEqual(201)
    expect(many?.versions.filter(({ isServed }) => isServed)).toHaveLength(1)
    expect(many?.trashBytes).toBe(0)
    expect(slow).toBeUndefined()
    expect(last?.versions).toHaveLength(1)
    await run(`rm -rf /root/slow ${sites.join(' ')}`)
    expect((await here.storage()).isComplete).toBe(true)
  })

  it('gives up an image that would take the reserve of the disk, which the engine throws away', async () => {
    const { server } = home()
    const free = 'free_bytes "$(docker info --format "{{.DockerRootDir}}")"'
    const reserved = (bytes: number): string => `room_reserve_bytes=$(($(${free}) - ${bytes}))`
    const before = Number((await withRunLib(server, free)).said)
    const greedy = 'printf "FROM haproxy:3.4\\nRUN cat /dev/zero >/tmp/x\\n" | with_room docker build --tag greedy:1 -'
    expect(await withRunLib(server, `${reserved(300_000_000)}; ${greedy}`)).toMatchObject({ code: 1, said: expect.stringMatching(/too little room for this image: when less than \d+ MB were free, it was given up\. .*the page Storage/) })
    expect(await run('docker image ls --quiet greedy')).toBe('')
    await expect.poll(async () => before - Number((await withRunLib(server, free)).said), { timeout: 30_000 }).toBeLessThan(200_000_000)
    expect(await withRunLib(server, `${reserved(-1_000_000)}; with_room echo fetched`)).toMatchObject({ code: 1, said: expect.stringMatching(/^The server's disk has too little room: [^]*the page Storage/) })
    expect(await withRunLib(server, 'echo heard | with_room cat; with_room false || echo $?')).toEqual({ code: 0, said: 'heard\n1\n' })
  })

  it('builds upon an image that is here by its digest, and keeps nothing of a cache', async () => {
    const { server } = home()
    const cached = 'docker system df --verbose --format "{{range .BuildCache}}{{println .ID}}{{end}}" | sort'
    await run('docker build --quiet --tag others:1 -', 'FROM haproxy:3.4\nRUN echo others >/tmp/x\n')
    const before = await run(cached)
    const { code, said } = await withRunLib(server, 'printf "FROM haproxy:3.4\\nRUN echo built >/tmp/x\\n" | build_image homeport/based:1 haproxy:3.4')
    expect([code, said], said).toEqual([0, expect.stringMatching(/FROM \S*haproxy@sha256:[0-9a-f]{64}/)])
    expect(await run(`docker run --rm --entrypoint cat homeport/based:1 /tmp/x; docker image rm homeport/based:1 >/dev/null`)).toBe('built')
    expect(await run(cached)).toBe(before)
    await run('docker image rm others:1')
  })

  it('tells what takes the space, and frees it', async () => {
    const { here } = home()
    await publish(await sent('next', 'yes | head -c 5000000 >five'))
    const before = await here.storage()
    const mine = before.sites.find(({ siteId }) => siteId === domain)
    expect(mine?.versions.length).toBeGreaterThan(1)
    expect(mine?.versions.filter(({ isServed }) => isServed)).toMatchObject([{ bytes: expect.closeTo(5_000_000, -5) }])
    expect(before).toMatchObject({ isComplete: true, archives: [] })
    await here.act({ kind: 'free-space', what: 'versions', siteId: domain })
    expect((await here.storage()).sites.find(({ siteId }) => siteId === domain)?.versions).toMatchObject([{ isServed: true }])
    expect(await served()).toBe('next')
    for (const what of ['images', 'build-cache', 'journal', 'runs'] as const) await here.act({ kind: 'free-space', what })
    expect(before.runsBytes).toBeGreaterThan((await here.storage()).runsBytes)
    expect((await here.facts()).runs).toMatchObject([{ title: 'Delete the logs of earlier changes', outcome: 'succeeded' }])
    await expect(here.act({ kind: 'free-space', what: 'leftover', siteId: domain })).rejects.toThrow('is a site of this server')
    await here.apply({ kind: 'remove-site', siteId: domain, data: 'delete' })
  })

  it('takes Homeport off a server whose disk is full, and leaves nothing of the run', async () => {
    const { here } = home()
    await within('/var/lib/homeport', 'size=100m', async () => {
      await run('head -c 200000000 /dev/zero >/var/lib/homeport/full 2>/dev/null || true')
      await here.apply({ kind: 'uninstall', userData: 'delete' })
      await expect.poll(() => run('ls -A /var/lib/homeport; ls -d /run/homeport /srv/homeport 2>/dev/null || true'), { timeout: 15_000 }).toBe('')
    })
  })
}

async function* each(chunk: Buffer): AsyncGenerator<Uint8Array> { yield chunk }

/** So many megabytes that pack into next to nothing. */
async function* zeros(megabytes: number): AsyncGenerator<UploadEntry> {
  yield { path: 'zeros', sizeBytes: megabytes * 1_000_000, content: (async function* () { for (let n = 0; n < megabytes; n++) yield Buffer.alloc(1_000_000) })() }
}
