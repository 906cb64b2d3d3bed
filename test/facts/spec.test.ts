import { expect, it } from 'vitest'
import { emptySpec } from '../../src/shared/spec.ts'
import { parseOwned, parseSpec } from '../../src/main/facts/spec.ts'

const file = (content: string | null) => ({ content, sha256: '', mode: 0o644, uid: 0, gid: 0 })
const specFiles = (content: string | null) => new Map([['/etc/homeport/spec.json', file(content)]])

it('knows no spec on a server without Homeport', () => expect([parseSpec(new Map()), parseOwned(new Map())]).toEqual([null, null]))

it('reads a spec', () => expect(parseSpec(specFiles('{"version":1,"revision":3,"sites":[]}'))).toEqual({ ...emptySpec, revision: 3 }))

it.each([['torn', '{"version":1,'], ['empty', ''], ['binary', null], ['not an object', '[]'], ['of another shape', '{"version":1,"revision":"x"}'], ['of an older kind', '{"version":0,"revision":1}'], ['with more than is known', '{"version":1,"revision":1,"sites":[],"mail":[]}']])(
  'refuses a spec that is %s and says what to do', (_, content) => {
    expect(() => parseSpec(specFiles(content))).toThrow(expect.objectContaining({ code: 'spec-invalid', hint: expect.stringContaining('/etc/homeport/spec.json') as string }))
  })

it('asks for an update of Homeport where the server was set up by a newer one', () => {
  expect(() => parseSpec(specFiles('{"version":2,"anything":true}'))).toThrow(expect.objectContaining({ code: 'spec-newer', hint: expect.stringContaining('Update Homeport') as string }))
})

it('never takes a damaged list of what is ours for an empty one', () => {
  expect(() => parseOwned(new Map([['/var/lib/homeport/owned.json', file('{')]]))).toThrow(expect.objectContaining({ code: 'spec-invalid' }))
})
