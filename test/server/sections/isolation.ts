import { expect, it } from 'vitest'
import type { Home } from '../home.ts'
import { on } from '../pipeline.ts'
import { visit, visitUntil } from '../visitor.ts'

const [bad, good] = ['drift1.example.test', 'drift2.example.test'] as const

/** One bad site never stops the others. Uses the sites of the drift section. */
export function testIsolation(home: () => Home): void {
  it('serves the other sites and restarts the proxy while one site is broken, and a set-up mends it', async () => {
    const { server, here } = home()
    await on(server, `echo 'this is { no configuration' > /etc/homeport/sites/${bad}/nginx/nginx.conf; systemctl restart homeport-${bad} || true`)
    expect((await visit(server.host, good)).status).toBe(200)
    const page = await visit(server.host, bad)
    expect([page.status, page.body]).toEqual([503, expect.stringContaining('does not answer right now')])
    await here.act({ kind: 'restart-proxy' })
    expect((await visit(server.host, good)).status).toBe(200)
    await expect(here.act({ kind: 'restart-site', siteId: bad }), 'the log says why').rejects.toThrow(/no configuration|unexpected|unknown directive/)
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

  it('keeps sites apart: none reaches another, the proxy, or the outside', async () => {
    const { server } = home()
    const target = await on(server, `docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' homeport-${good}`)
    const reach = (address: string, port: number): Promise<string> => on(server, `docker exec homeport-${bad} bash -c 'timeout 2 bash -c "exec 3<>/dev/tcp/${address}/${port}" 2>/dev/null && echo open || echo closed'`)
    expect(await reach('127.0.0.1', 8080), 'the question itself works').toBe('open')
    expect(await Promise.all([reach(target, 8080), reach(server.host, 22), reach('10.61.0.1', 53)])).toEqual(['closed', expect.any(String), 'closed'])
  })
}
