import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HomeportError } from '../../src/shared/errors.ts'
import { failuresOf, jsonOf, linesOf, readSections, silentOf, textOf } from '../../src/main/facts/sections.ts'

interface Part { readonly name: string; readonly exitCode: number; readonly content: Uint8Array }

/** What gather.sh prints, said again in TypeScript. */
function frame(parts: readonly Part[], archive: Uint8Array = new Uint8Array()): Buffer {
  const framed = parts.flatMap(({ name, exitCode, content }) => [Buffer.from(`@@ ${name} ${exitCode} ${content.length}\n`), content, Buffer.from('\n')])
  return Buffer.concat([...framed, Buffer.from('@@ files 0 -\n'), archive])
}

const text = (name: string, content: string, exitCode = 0): Part => ({ name, exitCode, content: Buffer.from(content) })
const part = fc.record({
  name: fc.stringMatching(/^[a-z0-9.-]{1,30}$/), exitCode: fc.integer({ min: 0, max: 255 }),
  content: fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('@@ files 0 -\n', '\n@@ x 0 3\nabc\n', '\0', '\r\n').map((value) => Buffer.from(value))),
})

it('gives back any sections, whatever their content looks like', () => {
  fc.assert(fc.property(fc.uniqueArray(part, { selector: ({ name }) => name, maxLength: 8 }), fc.uint8Array(), fc.boolean(), (parts, archive, isPacked) => {
    const framed = frame(parts, archive)
    const answer = readSections(isPacked ? gzipSync(framed) : framed)
    expect([...answer.sections.keys()]).toEqual(parts.map(({ name }) => name))
    for (const { name, exitCode, content } of parts) {
      expect(answer.sections.get(name)?.exitCode).toBe(exitCode)
      expect(answer.sections.get(name)?.content.equals(content)).toBe(true)
    }
    expect(answer.archive.equals(archive)).toBe(true)
  }))
})

it('refuses every answer that is cut off before its archive', () => {
  const whole = frame([text('a', 'one\ntwo'), text('b', '')])
  for (let length = 0; length < whole.length; length++) expect(() => readSections(whole.subarray(0, length))).toThrow(HomeportError)
})

it('refuses every cut of a compressed answer', () => {
  const whole = gzipSync(frame([text('a', 'one\ntwo')], Buffer.alloc(2000, 7)))
  for (let length = 0; length < whole.length; length++) expect(() => readSections(whole.subarray(0, length))).toThrow(HomeportError)
})

it('never fails in another way than with unreadable-answer', () => {
  fc.assert(fc.property(fc.oneof(fc.uint8Array(), fc.string().map((value) => Buffer.from(`@@ ${value}`))), (bytes) => {
    try {
      readSections(Buffer.from(bytes))
    } catch (error) {
      expect(error).toMatchObject({ code: 'unreadable-answer' })
    }
  }))
})

it('says what stands before the answer when a start-up file of the server prints something', () => {
  const bytes = Buffer.concat([Buffer.from('Welcome!\n'), frame([])])
  expect(() => readSections(bytes)).toThrow(expect.objectContaining({ code: 'unreadable-answer', detail: 'There is no section at byte 0.' }))
})

it('keeps the first of two sections with one name, since what comes later could be a forgery', () => {
  expect(textOf(readSections(frame([text('a', 'first'), text('a', 'second')])), 'a')).toBe('first')
})

it('names failed sections with what their command said', () => {
  const answer = readSections(frame([text('ss', '', 127), text('ss.error', 'ss: command not found\n'), text('apt', '', 3), text('fine', 'x')]))
  expect(failuresOf(answer)).toEqual(new Map([['ss', 'ss: command not found'], ['apt', 'exit code 3']]))
})

it('reads absent and broken sections as nothing', () => {
  const answer = readSections(frame([text('json', '{"a":')]))
  expect([textOf(answer, 'none'), linesOf(answer, 'none'), jsonOf(answer, 'json')]).toEqual(['', [], undefined])
})

it('knows of needed parts that never came at all, as when a server can start no process any more', () => {
  const answer = { sections: new Map([['sites', { exitCode: 0, content: Buffer.from('') }], ['docker.networks', { exitCode: 0, content: Buffer.from('[{"Na') }]]), archive: Buffer.from('') }
  expect([...silentOf(answer, ['sites', 'units']).keys()]).toEqual(['units'])
  expect([...silentOf(answer, ['docker.networks'], (name) => jsonOf(answer, name) !== undefined).keys()]).toEqual(['docker.networks'])
})
