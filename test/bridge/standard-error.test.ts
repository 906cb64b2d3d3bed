import { expect, it } from 'vitest'
import { sayError } from '../../src/main/bridge/standard-error.ts'

it.each([
  ['\u001b]0;title\u0007failed\u001b[2J', 'failed\n'], ['one\r\ntwo\tthree', 'one\ntwo\tthree\n'], ['\u009b31mred', 'red\n'], ['\u001b]8;;http://x.test\u001b\\link\u001b]8;;\u001b\\', 'link\n'],
])('says %j without what commands a terminal', (text, said) => {
  const written: string[] = []
  sayError(text, (one) => written.push(one))
  expect(written).toEqual([said])
})
