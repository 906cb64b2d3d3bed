import { expect, it } from 'vitest'
import type { Home } from '../home.ts'
import { describeChanges, on, Pipeline } from '../pipeline.ts'

/** Between looking and approving the world may change. */
export function testPlanning(home: () => Home): void {
  it('refuses a plan whose file was changed on the server meanwhile, and shows the new one', async () => {
    const { server, here } = home()
    const readme = '/etc/homeport/README.md'
    await on(server, `echo first >> ${readme}`)
    const plan = await here.desk.plan({ kind: 'set-up' })
    expect(describeChanges(plan)).toEqual([`update file/${readme}: It was changed on the server by hand.`])
    await on(server, `echo second >> ${readme}`)
    await expect(here.desk.approve(plan.id)).rejects.toMatchObject({ code: 'plan-stale' })
    const fresh = await here.desk.plan({ kind: 'set-up' })
    expect(fresh.id).not.toBe(plan.id)
    await here.follow(await here.desk.approve(fresh.id))
    expect(await here.leftToDo()).toEqual([])
  })

  it('refuses a plan after another computer has applied an edit, and gives sites of both different slots', async () => {
    const { server, here } = home()
    const other = Pipeline.to(server)
    const [mine, theirs] = [await here.send({ 'index.html': 'mine' }), await other.send({ 'index.html': 'theirs' })]
    const add = (domain: string, release: string) => ({ kind: 'add-site', draft: { domain, www: false, source: { kind: 'upload', release } } }) as const
    const plan = await here.desk.plan(add('mine.example.test', mine.release))
    await other.apply(add('theirs.example.test', theirs.release))
    await expect(here.desk.approve(plan.id)).rejects.toMatchObject({ code: 'plan-stale' })
    await here.apply(add('mine.example.test', mine.release))
    await expect(other.desk.plan(add('mine.example.test', mine.release))).rejects.toMatchObject({ code: 'input-invalid', fields: { domain: expect.any(String) } })
    const sites = (await here.facts()).spec?.sites ?? []
    expect(sites.map((site) => site.id)).toEqual(expect.arrayContaining(['mine.example.test', 'theirs.example.test']))
    expect(new Set(sites.map((site) => site.slot)).size).toBe(sites.length)
    other.close()
  })

  it('knows no plan that it has not shown, and none twice', async () => {
    const { server, here } = home()
    await expect(here.desk.approve('0'.repeat(64))).rejects.toMatchObject({ code: 'plan-unknown' })
    const other = Pipeline.to(server)
    const plan = await other.desk.plan({ kind: 'pause-site', siteId: 'mine.example.test', paused: true })
    await expect(here.desk.approve(plan.id), 'shown at another computer').rejects.toMatchObject({ code: 'plan-unknown' })
    await here.apply({ kind: 'remove-site', siteId: 'mine.example.test', data: 'delete' })
    await expect(other.desk.approve(plan.id), 'its site is gone').rejects.toMatchObject({ code: 'input-invalid' })
    other.close()
    const { plan: done } = await here.apply({ kind: 'remove-site', siteId: 'theirs.example.test', data: 'delete' })
    await expect(here.desk.approve(done.id), 'done already').rejects.toMatchObject({ code: 'plan-unknown' })
  })
}
