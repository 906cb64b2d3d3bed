import { expect, it } from 'vitest'
import { findDrift } from '../../../src/main/server/planning.ts'
import type { Home } from '../home.ts'
import { on, resources } from '../pipeline.ts'
import { visit, visitUntil } from '../visitor.ts'

const [one, two, three] = ['drift1.example.test', 'drift2.example.test', 'drift3.example.test'] as const

/** What people do to a server by hand, and what it does to itself. */
export function testDrift(home: () => Home): void {
  it('shows what was changed by hand, with the difference, and a set-up brings it back', async () => {
    const { server, here } = home()
    for (const domain of [one, two, three]) await here.addUpload(domain, { 'index.html': `I am ${domain}` })
    await on(server, `
      echo '# by hand' >> /etc/homeport/static/sites/${one}.conf
      systemctl stop homeport-static
      rm /var/lib/homeport/certificates/${three}.pem
      chmod 0600 /etc/homeport/proxy/hosts.map
      rm /usr/local/lib/homeport/publish
      sysctl -q -w net.ipv4.ip_unprivileged_port_start=81`)
    const drift = findDrift(await here.facts(), resources)
    const nginx = drift.find((item) => item.id === `file//etc/homeport/static/sites/${one}.conf`)
    expect(nginx).toMatchObject({ reason: 'It was changed on the server by hand.', diff: { before: expect.stringMatching(/# by hand\n$/), after: expect.not.stringContaining('# by hand') } })
    expect(drift.map((item) => item.id)).toEqual(expect.arrayContaining(['container/homeport-static', `certificate/${three}`, 'file//etc/homeport/proxy/hosts.map', 'file//usr/local/lib/homeport/publish', 'sysctl/net.ipv4.ip_unprivileged_port_start']))
    await here.apply({ kind: 'set-up' })
    expect(await here.leftToDo()).toEqual([])
    for (const domain of [one, two, three]) expect(await visit(server.host, domain)).toMatchObject({ body: `I am ${domain}`, names: [domain] })
  })

  it('starts a container again by itself that was killed or removed', async () => {
    const { server, here } = home()
    for (const harm of ['docker kill homeport-static', 'docker rm -f homeport-static']) {
      await on(server, harm)
      for (const domain of [one, two]) expect(await visitUntil(server.host, domain, (page) => page.status === 200)).toMatchObject({ body: `I am ${domain}` })
    }
    await on(server, 'docker kill homeport-proxy')
    expect(await visitUntil(server.host, one, (page) => page.status === 200)).toMatchObject({ body: `I am ${one}` })
    await expect.poll(() => here.leftToDo(), { timeout: 10_000 }).toEqual([])
  })

  it('serves on while the Docker engine is restarted', async () => {
    const { server, here } = home()
    const restarting = on(server, 'systemctl restart docker')
    const answers: (number | string)[] = []
    let isOver = false
    void restarting.finally(() => { isOver = true })
    while (!isOver) answers.push(await visit(server.host, one).then((page) => page.status, (error: Error) => error.message))
    await restarting
    expect(new Set(answers)).toEqual(new Set([200]))
    expect(await here.leftToDo()).toEqual([])
  })
}
