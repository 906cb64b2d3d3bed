import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeAuthority } from '../../testbed/authority.ts'
import { findOuterEnd } from '../../testbed/outer-end.ts'
import { appSource } from '../app-site.ts'
import { expectOneKeyTrusted, withRunLib } from '../apt-key.ts'
import type { Home } from '../home.ts'
import { makeMovingTag } from '../moving-tag.ts'
import { describeChanges, on } from '../pipeline.ts'

/** A look at certificates may be using it for a moment. */
const removalOf = (image: string): string => `timeout 60 sh -c 'until docker image rm ${image}; do sleep 0.5; done'`

/** What a run fetches and trusts is what was shown, and nothing that somebody put beside it or in its place. */
export function testTrustWalls(home: () => Home): void {
  describe('the key of a repository of packages', () => {
    it('is trusted alone, whatever came in the same file', async () => {
      await on(home().server, 'DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends gpg curl >/dev/null 2>&1')
      await expectOneKeyTrusted(home().server)
    })

    it('is not fetched where https leads on to http', async () => {
      const { server } = home()
      const { bind, host } = await findOuterEnd()
      const authority = await makeAuthority([host])
      let fetched = 0
      const plain = await listen(createHttpServer((_request, response) => { fetched++; response.end('by http') }), bind)
      const secure = await listen(createHttpsServer({ key: authority.server.key, cert: authority.server.certificate }, (request, response) => {
        const places: Record<string, string> = { '/on': `https://${host}:${secure.port}/`, '/down': `http://${host}:${plain.port}/` }
        const place = places[request.url ?? '']
        if (place === undefined) response.end('by https')
        else response.writeHead(302, { Location: place }).end('moved')
      }), bind)
      await on(server, 'cat >/tmp/authority.pem', authority.certificate)
      const fetchFrom = (url: string) => withRunLib(server, `export CURL_CA_BUNDLE=/tmp/authority.pem; rm -f came; fetch_https ${url} came; cat came`)
      expect(await fetchFrom(`https://${host}:${secure.port}/`)).toEqual({ code: 0, said: 'by https' })
      expect(await fetchFrom(`https://${host}:${secure.port}/on`)).toEqual({ code: 0, said: 'by https' })
      expect((await fetchFrom(`https://${host}:${secure.port}/down`)).code).not.toBe(0)
      expect((await fetchFrom(`http://${host}:${plain.port}/`)).code).not.toBe(0)
      expect(fetched).toBe(0)
      await on(server, 'rm -rf /tmp/keys /tmp/authority.pem')
    })
  })

  describe('an image', () => {
    const domain = 'image.example.test'
    const mirrorOf = async (): Promise<string> => {
      const settings = JSON.parse(await on(home().server, 'cat /etc/docker/daemon.json')) as { 'registry-mirrors': [string] }
      return settings['registry-mirrors'][0]
    }
    const versionOf = async (): Promise<string | undefined> => (await home().here.facts()).sites.get(domain)?.app?.version ?? undefined

    it('is the one that was approved, also where its tag was moved since; a look for a newer one follows the tag', async () => {
      const { server, here } = home()
      const tag = await makeMovingTag(await mirrorOf(), 'library/nginx', '1.30')
      const [first, second] = tag.ids.map((id) => id.replace('sha256:', 'i'))
      const plan = await here.desk.plan({ kind: 'add-site', draft: { domain, www: false, source: { ...appSource({ VERSION: 'approved' }), image: tag.image } } })
      expect(plan.changes.find(({ id }) => id === `app/${domain}`)).toMatchObject({ reason: expect.stringContaining(`${tag.image}@${tag.digests[0]}`), script: expect.stringContaining(tag.digests[0]) })
      await tag.move()
      expect((await here.follow(await here.desk.approve(plan.id))).run.outcome).toBe('succeeded')
      expect(await versionOf()).toBe(first)
      expect(await here.leftToDo()).toEqual([])
      await here.act({ kind: 'pull-site', siteId: domain })
      expect(await versionOf()).toBe(second)
      await here.apply({ kind: 'remove-site', siteId: domain, data: 'delete' })
      expect(await on(server, `docker image ls --all --digests --format '{{.Repository}}:{{.Tag}}@{{.Digest}}' | grep -e ${tag.image} -e ${domain} -e '<none>:' || true`), 'what is left of it').toBe('')
    })

    it('of Homeport itself is named in the plan, pulled by that name and known by its tag', async () => {
      const { server, here } = home()
      const certbot = await on(server, "docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -m 1 '^certbot/'")
      await on(server, removalOf(certbot))
      const plan = await here.desk.plan({ kind: 'set-up' })
      const [change] = describeChanges(plan)
      const digest = /@(sha256:[0-9a-f]{64}),/.exec(change ?? '')?.[1] ?? 'no digest'
      expect(describeChanges(plan)).toEqual([expect.stringContaining(`create image/${certbot}: `)])
      expect((await here.follow(await here.desk.approve(plan.id))).run.outcome).toBe('succeeded')
      expect(await on(server, `docker image inspect --format '{{.RepoTags}} {{.RepoDigests}}' ${certbot}`)).toBe(`[${certbot}] [${certbot.replace(/:.*/, '')}@${digest}]`)
      expect(await here.leftToDo()).toEqual([])
    })

    it('whose registry does not answer is planned as what its tag names later, and said to be so; what the registry says then makes no other plan of it', async () => {
      const { server, here } = home()
      const certbot = await on(server, "docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -m 1 '^certbot/'")
      const { hostname, port } = new URL(await mirrorOf())
      const rule = `OUTPUT -d ${hostname} -p tcp --dport ${port} -j DROP`
      await on(server, `${removalOf(certbot)} && iptables -I ${rule}`)
      onTestFinished(() => on(server, `iptables -D ${rule} 2>/dev/null || true`).then(() => {}))
      const plan = await here.desk.plan({ kind: 'set-up' })
      expect(describeChanges(plan)).toEqual([expect.stringContaining('did not say which image')])
      await on(server, `iptables -D ${rule}`)
      expect((await here.follow(await here.desk.approve(plan.id))).run.outcome).toBe('succeeded')
      expect(await here.leftToDo()).toEqual([])
    })
  })

  it('a plan is another one once anything was changed in a file that it replaces, however large the file is', async () => {
    const { server, here } = home()
    const readme = '/etc/homeport/README.md'
    const write = (word: string) => on(server, `yes ${word} | head -c 400000 >${readme}`)
    await write('mine')
    const plan = await here.desk.plan({ kind: 'set-up' })
    await write('more')
    await expect(here.desk.approve(plan.id)).rejects.toMatchObject({ code: 'plan-stale' })
    await here.apply({ kind: 'set-up' })
    expect(await here.leftToDo()).toEqual([])
  })
}

interface Listening { readonly port: number }
async function listen(server: ReturnType<typeof createHttpServer> | ReturnType<typeof createHttpsServer>, bind: string): Promise<Listening> {
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(0, bind, resolve))
  onTestFinished(() => new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  }))
  return { port: (server.address() as AddressInfo).port }
}
