import { afterAll, beforeAll, expect, it } from 'vitest'
import { changeScript } from '../../../src/main/compile/change-script.ts'
import type { PlannedChange } from '../../../src/main/plan/planned-change.ts'
import type { Resource } from '../../../src/main/render/resource.ts'
import { appSource } from '../app-site.ts'
import type { Home } from '../home.ts'
import { on } from '../pipeline.ts'
import { newRepositoryName } from '../repository-folder.ts'
import { Person } from '../sftp-program.ts'
import { whileSwapping } from '../swapper.ts'
import { visit } from '../visitor.ts'

const [program, pages, other, pulled] = ['paths-program.example.test', 'paths-pages.example.test', 'paths-other.example.test', 'paths-pulled.example.test'] as const
const srv = '/srv/homeport'
const data = `${srv}/${program}/data`
const lib = '/usr/local/lib/homeport'

/** Writes all pages of a file again and again, with the number of the round: a whole copy has one number, a torn one has two. */
const database = String.raw`open F, "+>", "/data/pages"; $SIG{TERM} = $SIG{QUIT} = sub { $over = 1 }; for ($round = 1; !$over; $round++) { for (0..2999) { sysseek F, $_ * 4096, 0; syswrite F, pack "A4096", $round; select undef, undef, undef, 0.02 if $_ % 300 == 0 } }`
const source = appSource({}, { healthPath: '/', command: ['sh', '-c', `echo 'server { listen 8000; location / { return 200 well; } }' >/etc/nginx/conf.d/default.conf; nginx; exec perl -e '${database}'`] })

/** Asks for the mount 220 times, in a mount namespace that goes with them (each unmounting would wait for the whole kernel): how often it was made, refused, and made of something else. */
const tries = String.raw`
use Config;
use Fcntl;
my ($mounted, $refused, $won) = (0, 0, 0);
sub site_mounts { local @ARGV = @_; my $child = fork; unless ($child) { do "${lib}/site-mounts"; exit($@ ? 1 : 0) } waitpid $child, 0; return $? == 0 }
my $own = shift;
for my $try (1..220) {
  unless (site_mounts("hold", "${program}", "test$try", "files")) { $refused++; next }
  $mounted++;
  $won++ if (stat "/run/homeport/mounts/${program}/test$try/files")[1] != $own;
}
print "$mounted $refused $won\n"`

/** What a run would do for a resource. */
async function scriptOf(home: Home, resource: Resource): Promise<string> {
  const change: PlannedChange = { id: `${resource.kind}/${resource.name}`, verdict: 'update', title: '', reason: '', resource, gone: null, group: resource.group }
  return `set -euo pipefail; cd /; ${changeScript(change, await home.here.facts()).script}`
}

/** Whoever may change a folder tries to lead root elsewhere by it. */
export function testPaths(home: () => Home): void {
  let kim: Person
  let account = (_site: string): string => ''
  let [colour, unit] = ['', '']
  const root = (command: string): Promise<string> => on(home().server, command)

  beforeAll(async () => {
    const { server, here } = home()
    kim = await Person.named('Kim', server)
    await here.addUpload(pages, { 'index.html': 'pages' })
    await here.addUpload(other, { 'index.html': 'other' })
    await here.addSite({ domain: program, source })
    for (const siteId of [pages, program]) await here.apply({ kind: 'change-site-sftp', siteId, keys: [kim.sftpKey] })
    colour = await root(`awk '$1 == "${program}" { print $2 }' /var/lib/homeport/live/live.map`)
    unit = `homeport-${program}-${colour}.service`
    const accounts = await root("grep -H '^# site:' /etc/homeport/sftp/*.keys")
    account = (site) => new RegExp(`(site-\\d+)\\.keys:# site: ${site}$`, 'm').exec(accounts)?.[1] ?? ''
  })
  afterAll(async () => { await kim?.leave() })

  it('gives a container its own folder and nothing else, though a link takes its place at any moment', async () => {
    await root(`ln -s / ${data}/evil`)
    const counts = await whileSwapping(home().server, `${data}/files`, `${data}/evil`, () => on(home().server, `cat >/tmp/tries
      unshare --mount perl /tmp/tries $(stat -c %i /run/homeport/mounts/${program}/${colour}/files) 2>/dev/null
      cd /run/homeport/mounts/${program}; rmdir test*/files test*; ls /run/homeport/mounts/${program}`, tries))
    const [mounted = 0, refused = 0, won] = (counts.split('\n')[0] ?? '').split(' ').map(Number)
    expect([mounted > 30, refused > 30, mounted + refused, won], counts).toEqual([true, true, 220, 0])
    expect(counts.split('\n').slice(1)).toEqual([colour])
  })

  it('does so when containers start', async () => {
    const seen = await whileSwapping(home().server, `${data}/files`, `${data}/evil`, () => root(`
      for try in 1 2 3 4 5 6; do
        systemctl reset-failed ${unit} 2>/dev/null
        if timeout 20 systemctl restart ${unit} 2>/dev/null; then docker exec homeport-${program}-${colour} sh -c 'if [ -e /data/etc/shadow ]; then echo won; elif [ -e /data/pages ]; then echo own; fi'; fi
      done`))
    await root(`rm ${data}/evil; systemctl restart ${unit}`)
    expect(new Set(seen.split('\n').filter((line) => line !== ''))).toEqual(new Set(['own']))
  })

  it('mounts what is a link, or is not there, never; and leaves no mount of what has stopped', async () => {
    await root(`mv ${data}/files ${data}/away; ln -s away ${data}/files`)
    expect(await home().server.exec(`${lib}/site-mounts hold ${program} test files`)).toMatchObject({ stderr: `${data}/files is a link. Put a folder in its place.\n` })
    await root(`rm ${data}/files; mv ${data}/away ${data}/files; ${lib}/site-mounts release ${program} test; systemctl stop ${unit}`)
    expect(await root(`grep -c run/homeport/mounts/${program} /proc/self/mounts || true; ls ${data}/files; systemctl start ${unit}`)).toBe('0\npages')
    for (const name of ['..', 'a/b', '-x', '']) expect((await home().server.exec(`${lib}/site-mounts hold ${program} test '${name}'`)).code, name).not.toBe(0)
    await root(`systemctl restart docker; ${lib}/site-mounts hold ${program} ${colour} files; grep -c run/homeport/mounts/${program}/${colour}/files /proc/self/mounts`).then((mounts) => expect(mounts, 'one mount, however often it is asked for').toBe('1'))
  })

  it('lets nobody rename by SFTP what a container is given, what is kept or the versions, and still moves files among them', async () => {
    for (const command of ['rename /files/files /files/away', 'rename /files/.homeport /files/away', 'rmdir /files/files', 'rename /.fixed/files /.fixed/away', 'rename /.fixed/files /files/away']) {
      expect(await kim.sftp(account(program), command), command).toMatchObject({ code: 1 })
    }
    for (const command of ['rename /files/releases /files/away', 'rename /files/.homeport /files/away']) expect(await kim.sftp(account(pages), command), command).toMatchObject({ code: 1 })
    await root(`ls -d ${data}/files ${data}/.homeport/trash ${srv}/${pages}/releases; echo here >${data}/files/moved`)
    expect(await kim.sftp(account(program), 'rename files/moved .homeport/trash/moved', 'rename .homeport/trash/moved files/back', 'rm files/back')).toMatchObject({ code: 0 })
  })

  it.each(['.homeport', '.homeport/incoming', '.homeport/trash'])('makes and empties nothing of others through a link at %s', async (name) => {
    const victim = `${srv}/${other}/victim`
    for (const [folder, site, access, owner] of [[data, program, 'data', 'root'], [`${srv}/${pages}`, pages, 'pages', 'homeport']] as const) {
      await root(`rm -rf ${folder}/.homeport; mkdir -p ${victim}/incoming; touch -d '3 days ago' ${victim}/old ${victim}/incoming/old; chown -R homeport: ${victim}
        mkdir -p $(dirname ${folder}/${name}); ln -s ${victim} ${folder}/${name}; chown -R -h ${owner}: ${folder}/.homeport`)
      const answer = await home().server.exec(`${lib}/site-files ${site} ${access} sftp </dev/null`)
      expect(await root(`cd ${victim} && find . | sort | tr '\\n' ' '; rm -rf ${folder}/.homeport ${victim}`), access).toBe('. ./incoming ./incoming/old ./old')
      expect(answer.stderr).toContain(`${name.replace(/.*\//, '')} is not a folder`)
    }
  })

  it('builds no files of another site, though a link takes a place on the way to them, and reads no record without an end', async () => {
    const [builder, commit] = ['paths-builder.example.test', 'a'.repeat(40)]
    const [mine, theirs] = [`/var/lib/homeport/sites/${builder}`, '/var/lib/homeport/sites/paths-victim.example.test']
    await root(`mkdir -p ${mine}/checkout/${commit} ${theirs}/checkout/${commit} /etc/homeport/sites/${builder}
      printf 'PINNED=\nFOLDER=\nDOCKERFILE=Dockerfile\nSOURCE=x\nSLICE=homeport-build-99.slice\nBUILD_SECONDS=60\n' >/etc/homeport/sites/${builder}/app.conf
      printf 'at=1\nok=1\ncommit=${commit}\nsubject=x\n' >${mine}/pull.state; echo FROM scratch >${theirs}/checkout/${commit}/Dockerfile; chown -R homeport: ${mine} ${theirs}`)
    const build = async (): Promise<string> => (await home().server.exec(`touch /run/homeport/apps/${builder}.asked; timeout 60 ${lib}/build ${builder}`)).stderr
    const mounts = `grep -c /run/homeport/mounts/${builder} /proc/self/mounts || true`
    expect(await build(), 'its own files, which have none').toContain('The repository has no Dockerfile.')
    for (const [place, target] of [['checkout', `${theirs}/checkout`], [`checkout/${commit}`, `${theirs}/checkout/${commit}`]] as const) {
      await root(`cd ${mine} && mv ${place} kept && ln -s ${target} ${place} && chown -h homeport: ${place}`)
      expect(await build(), place).toContain(`(${mine}/${place} is a link.`)
      await root(`cd ${mine} && rm ${place} && mv kept ${place}`)
    }
    await root(`ln -s ../paths-victim.example.test/checkout ${mine}/evil`)
    const seen = await whileSwapping(home().server, `${mine}/checkout`, `${mine}/evil`, () => root(`for try in $(seq 30); do
      if ${lib}/site-mounts commit ${builder} ${commit} 2>/dev/null; then if [ -e /run/homeport/mounts/${builder}/build/${commit}/Dockerfile ]; then echo won; else echo own; fi; else echo refused; fi
      ${lib}/site-mounts release ${builder} build; done | sort -u`))
    expect(seen).toBe('own\nrefused')
    await root(`ln -sfn /dev/zero ${mine}/pull.state`)
    const begun = Date.now()
    expect(await build()).toContain('Nothing was pulled from the repository yet.')
    expect(Date.now() - begun).toBeLessThan(4000)
    expect(await root(`${mounts}; rm -r ${mine} ${theirs} /etc/homeport/sites/${builder} /var/lib/homeport/apps/${builder}; rm -f /run/homeport/apps/${builder}.asked`)).toBe('0')
  })

  it('publishes though a folder has the place where the link to the new version was made', async () => {
    const { release } = await home().here.send({ 'index.html': 'again' })
    const before = await root(`readlink ${srv}/${pages}/current`)
    await root(`cd ${srv}/${pages} && mkdir -p .current.new/deep && chown -R homeport: .current.new /var/lib/homeport/uploads/${release}`)
    await root(`${lib}/publish-upload ${pages} ${release}`)
    expect((await visit(home().server.host, pages)).body).toBe('again')
    await root(`ls -d ${srv}/${pages}/.current* 2>/dev/null || true; ${lib}/publish-upload ${pages} ${before.replace('releases/', '')}`)
    await root(`rm -r ${srv}/${pages}/releases/${release} /var/lib/homeport/uploads/${release}`)
  })

  it('copies a folder and nothing of the server, though a link takes its place while it is read', async () => {
    const folder = `${srv}/race.example.test/data/files`
    await root(`mkdir -p ${folder}/way && cd ${folder} && cp -r way /tmp/way && head -c 2M /dev/zero >way/first && for name in shadow passwd gshadow hostname; do echo mine >way/$name; done && ln -s /etc evil`)
    const copied = await whileSwapping(home().server, `${folder}/way`, `${folder}/evil`, () => root(`
      for try in 1 2 3 4 5 6 7 8; do
        ${lib}/copy-site race.example.test raced-$try.example.test >/dev/null 2>&1 || true
        grep -rlsE '^root:' /srv/homeport/raced-$try.example.test /srv/homeport/.copy-raced-$try.example.test || true
        [ ! -d /srv/homeport/raced-$try.example.test ] || echo whole
      done; rm -rf /srv/homeport/raced-* /srv/homeport/.copy-raced-*`))
    await root(`rm -rf ${srv}/race.example.test /tmp/way`)
    expect(copied.split('\n').filter((line) => line !== 'whole' && line !== '')).toEqual([])
  })

  it('copies the data of a program whole, and the program goes on', async () => {
    const roundsIn = (site: string): Promise<string> => root(`perl -e 'open F, "<", $ARGV[0]; while (sysread F, my $page, 4096) { $page =~ /^(\\d+)/; $seen{$1} = 1 } print scalar keys %seen' ${srv}/${site}/data/files/pages`)
    for (const site of ['torn-1.example.test', 'torn-2.example.test']) {
      await root(`timeout 60 sh -c 'until [ "$(head -c 4 ${data}/files/pages)" -gt 2 ]; do sleep 0.1; done'; ${lib}/copy-site ${program} ${site}`)
      expect([await roundsIn(site), await root(`systemctl is-active ${unit}; rm -rf ${srv}/${site}`)]).toEqual(['1', 'active'])
    }
    expect((await visit(home().server.host, program)).body).toBe('well')
  })

  it('copies nothing of a program that did not stop, or of which Docker does not say that it did', async () => {
    const copy = `${lib}/copy-site ${program} torn.example.test 2>&1 || true; ls -Ad ${srv}/*torn* ${srv}/.copy-* 2>/dev/null || true`
    const goesOn = `/run/systemd/system/${unit}.d`
    expect(await root(`mkdir -p ${goesOn}; printf '[Service]\\nExecStop=\\nExecStop=/bin/false\\nExecStopPost=\\n' >${goesOn}/goes-on.conf; systemctl daemon-reload
      ${copy}; rm -r ${goesOn}; systemctl daemon-reload`)).toMatch(/did not stop[^]*nothing was copied\.$/)
    const said = await root(`systemctl mask --quiet --runtime docker.service docker.socket; systemctl kill --signal=KILL docker.service; systemctl stop docker.socket docker.service
      ${copy}; systemctl unmask --quiet --runtime docker.service docker.socket; systemctl start docker.service`)
    expect(said).toMatch(/Docker does not answer, so whether the program of .* stands still cannot be seen: nothing was copied\./)
    expect(said).not.toMatch(/^\/srv/m)
    expect(await root(`systemctl restart ${unit}; systemctl is-active ${unit}`)).toBe('active')
  })

  it('starts a program again whose copy was killed or cut short', async () => {
    await root(`head -c 400M /dev/zero >${data}/files/large`)
    const stopped = `timeout 20 sh -c 'while systemctl is-active --quiet ${unit}; do sleep 0.02; done'`
    const started = `timeout 30 sh -c 'until systemctl is-active --quiet ${unit}; do sleep 0.1; done'; systemctl is-active ${unit}`
    for (const signal of ['KILL', 'TERM']) {
      expect(await root(`${lib}/copy-site ${program} killed.example.test >/dev/null 2>&1 & copy=$!; ${stopped}; kill -${signal} $copy; ${started}`), signal).toBe('active')
      expect(await root(`timeout 30 sh -c 'while systemctl list-units --plain --no-legend | grep -q "Homeport: copying"; do sleep 0.1; done'; ls -d ${srv}/killed.example.test 2>/dev/null || echo none; rm -rf ${srv}/.copy-killed.example.test`)).toBe('none')
    }
    await root(`rm -rf ${data}/files/large`)
    expect(await root(`systemctl is-active ${unit}`)).toBe('active')
  })

  it('serves no file of another site by a link that is moved until it leads there, even into the place of the served version', async () => {
    const asSites = (command: string): Promise<string> => root(`cd ${srv}/${pages}/current && setpriv --reuid=homeport --regid=homeport --clear-groups sh -c '${command}'`)
    // Inside of the version they lead nowhere but into it; higher up they lead to a neighbour.
    await asSites(`mkdir -p a/b/c && ln -s ../../../${other} a/b/c/link && ln -s ../${other}/current a/current`)
    expect(await kim.sftp(account(pages), 'rename a/b/c/link link')).toMatchObject({ code: 1 })
    expect(await kim.sftp(account(pages), 'rename /files/current /files/before')).toMatchObject({ code: 0 })
    expect(await kim.sftp(account(pages), 'rename /files/before/a/current /files/current')).toMatchObject({ code: 1 })
    expect((await visit(home().server.host, pages)).body).not.toBe('other')
    expect(await kim.sftp(account(pages), 'rename /files/before /files/current')).toMatchObject({ code: 0 })
    expect((await visit(home().server.host, pages)).body).toBe('pages')
    // One that is there all the same is not followed.
    await asSites(`ln -s ../../../${other} link`)
    expect((await visit(home().server.host, pages, '/link/current/index.html')).body).not.toBe('other')
    await root(`rm -r ${srv}/${pages}/current/link ${srv}/${pages}/current/a`)
  })

  it('leaves out links of what was sent when it is published', async () => {
    const { here } = home()
    const { release } = await here.send({ 'index.html': 'pages' })
    await root(`cd /var/lib/homeport/uploads/${release} && ln -s index.html inner.html && chown -h homeport: inner.html`)
    await root(`bash -c '${(await scriptOf(home(), { kind: 'release', name: pages, group: `site:${pages}`, release, inputs: [] })).replaceAll("'", `'\\''`)}'`)
    expect(await root(`ls ${srv}/${pages}/current`)).toBe('index.html')
  })

  it('hides the data of a program from whoever has a key for the pages that came after it', async () => {
    await root(`mkdir -p ${srv}/${pages}/data/files && echo secret >${srv}/${pages}/data/files/old`)
    for (const command of ['get /files/data/files/old stolen', 'ls /files/data/files', 'rename /files/data /files/seen', 'get /.fixed/data/files/old stolen']) expect(await kim.sftp(account(pages), command), command).toMatchObject({ code: 1 })
    await root(`rm -r ${srv}/${pages}/data`)
  })

  it('gives no file of others to the user of the sites', async () => {
    const victim = '/var/lib/homeport/paths-victim'
    const folder = `${srv}/${pages}/releases/way`
    const script = await scriptOf(home(), { kind: 'site-data', name: pages, group: `site:${pages}`, isPrivate: false })
    await root(`mkdir -p ${victim} ${folder} && touch $(printf '${victim}/%s ${folder}/%s ' $(for n in $(seq 40); do echo $n $n; done)) && ln -s ${victim} ${folder}.evil`)
    await whileSwapping(home().server, folder, `${folder}.evil`, () => root(`for try in $(seq 8); do bash -c '${script.replaceAll("'", `'\\''`)}' 2>/dev/null || true; done`))
    expect(await root(`find ${victim} -user homeport | wc -l; rm -rf ${victim} ${folder} ${folder}.evil`)).toBe('0')
  })

  it('publishes into no other site, though the versions of this one are a link to those of another', async () => {
    const { release } = await home().here.send({ 'index.html': 'stolen' })
    const script = await scriptOf(home(), { kind: 'release', name: pages, group: `site:${pages}`, release, inputs: [] })
    await root(`cd ${srv}/${pages} && mv releases kept && ln -s ../${other}/releases releases && chown -h homeport: releases`)
    const before = await root(`ls ${srv}/${other}/releases`)
    const answer = await home().server.exec(`bash -c '${script.replaceAll("'", `'\\''`)}'`)
    expect(await root(`cd ${srv}/${pages} && rm releases && mv kept releases; ls ${srv}/${other}/releases`)).toBe(before)
    expect(answer.code).not.toBe(0)
  })

  it('shows a pull neither the files of another site nor what another pull does', async () => {
    const { git, here } = home()
    const repository = newRepositoryName('paths')
    await git.createRepo(repository, { 'index.html': 'pulled' })
    await here.addSite({ domain: pulled, source: { kind: 'git', url: git.url(repository), branch: 'main', intervalMinutes: 10, plainHttp: true } })
    const service = `homeport-${pulled}-pull.service`
    // Another pull at work: a process of the same user, with what it has in its environment and sees as its files.
    const pid = await root(`systemd-run --quiet --unit=paths-neighbour --property=User=homeport --setenv=TOLD=secret sleep 300; systemctl show --value --property=MainPID paths-neighbour`)
    const spy = `ls /srv/homeport; ls /var/lib/homeport /var/lib/homeport/sites; grep -ao TOLD=secret /proc/${pid}/environ; ls /proc/${pid}/root/srv/homeport; true`
    await root(`mkdir -p /run/systemd/system/${service}.d; printf '[Service]\\nExecStart=\\nExecStart=/bin/sh -c "%s"\\n' '${spy}' >/run/systemd/system/${service}.d/spy.conf; systemctl daemon-reload; systemctl start ${service}`)
    const said = await root(`journalctl --sync; journalctl --quiet --output=cat --unit=${service} --lines=40; systemctl stop paths-neighbour; rm -r /run/systemd/system/${service}.d; systemctl daemon-reload`)
    expect(said).toContain(pulled)
    expect(said).toMatch(/environ: (No such file or directory|Permission denied)/)
    for (const word of ['TOLD=secret', other, program, 'owned.json']) expect(said, word).not.toContain(word)
  })

  it('leaves the server as it should be', async () => expect(await home().here.leftToDo()).toEqual([]))
}
