import { expect, it } from 'vitest'
import type { Home } from '../home.ts'
import { on } from '../pipeline.ts'
import { visit, visitUntil } from '../visitor.ts'

const [bad, good] = ['drift1.example.test', 'drift2.example.test'] as const

/** One bad site never stops the others. Uses the sites of the drift section. */
export function testIsolation(home: () => Home): void {
  it('serves the other sites and restarts the proxy while one site is broken, and a set-up mends it', async () => {
    const { server, here } = home()
    await on(server, `echo 'this is { no configuration' > /etc/homeport/static/sites/${bad}.conf`)
    await expect(on(server, 'systemctl reload homeport-static'), 'somebody is told').rejects.toThrow()
    expect(await Promise.all([good, bad].map(async (domain) => (await visit(server.host, domain)).status)), 'what was loaded before goes on').toEqual([200, 200])
    await on(server, 'systemctl restart homeport-static')
    expect((await visit(server.host, good)).status).toBe(200)
    expect((await visit(server.host, bad)).status).toBe(404)
    await here.act({ kind: 'restart-proxy' })
    expect((await visit(server.host, good)).status).toBe(200)
    await expect.poll(() => on(server, 'journalctl -o cat -n 50 CONTAINER_TAG=homeport-static'), { timeout: 10_000, message: 'the log says why' }).toMatch(/no configuration|unexpected|unknown directive/)
    await here.apply({ kind: 'set-up' })
    expect(await visitUntil(server.host, bad, (answer) => answer.status === 200)).toMatchObject({ status: 200 })
    expect(await here.leftToDo()).toEqual([])
  })

  it.each([['is missing', 'rm FILE'], ['is empty', ': > FILE'], ['has lost its key', 'rm FILE.key'], ['is damaged', 'sed -i 3d FILE']])('starts the proxy when the certificate of one site %s', async (_what, damage) => {
    const { server, here } = home()
    await on(server, `cd /var/lib/homeport/certificates; ${damage.replace('FILE', `${bad}.pem`)}; systemctl restart homeport-proxy || true`)
    for (const domain of [good, bad]) expect(await visitUntil(server.host, domain, (page) => page.status === 200)).toMatchObject({ status: 200, names: [domain] })
    // It answers a moment before systemd counts it as started.
    await expect.poll(() => here.leftToDo(), { timeout: 10_000 }).toEqual([])
  })

  it('serves the other sites while the folder of one is gone or cannot be read', async () => {
    const { server, here } = home()
    for (const [damage, repair] of [[`mv /srv/homeport/${bad} /srv/homeport/away.example.test`, `mv /srv/homeport/away.example.test /srv/homeport/${bad}`], [`chmod 0700 /srv/homeport/${bad}`, `chmod 0755 /srv/homeport/${bad}`]] as const) {
      await on(server, `${damage}; systemctl restart homeport-static`)
      expect(await Promise.all([good, bad].map(async (domain) => (await visit(server.host, domain)).status))).toEqual([200, 404])
      await on(server, repair)
      expect((await visit(server.host, bad)).status).toBe(200)
    }
    await expect.poll(() => here.leftToDo(), { timeout: 10_000 }).toEqual([])
  })

  it('keeps the web server of static sites apart: it reaches neither another network nor the outside, and reads nothing but sites', async () => {
    const { server } = home()
    const inside = (command: string): Promise<string> => on(server, `docker exec homeport-static bash -c '${command}'`)
    const reach = (address: string, port: number): Promise<string> => inside(`timeout 2 bash -c "exec 3<>/dev/tcp/${address}/${port}" 2>/dev/null && echo open || echo closed`)
    expect(await reach('127.0.0.1', 8080), 'the question itself works').toBe('open')
    expect(await Promise.all([reach(server.host, 22), reach('10.61.0.1', 53)])).toEqual([expect.any(String), 'closed'])
    await on(server, 'install -d -m 0750 -o homeport -g homeport /srv/homeport/private.example.test && echo secret >/srv/homeport/private.example.test/file')
    expect(await inside('cat /srv/homeport/private.example.test/file 2>/dev/null || echo refused; ls /var/lib/homeport 2>/dev/null || echo absent; touch /srv/homeport/x 2>/dev/null || echo read-only')).toBe('refused\nabsent\nread-only')
    await on(server, 'rm -r /srv/homeport/private.example.test')
  })
}
