import { expect, it } from 'vitest'
import { z } from 'zod'
import { ErrorCode, errorCodes, fromWireError, HomeportError, toWireError, WireError } from '../../src/shared/errors.ts'

it.each(errorCodes)('carries %s over the wire and back', (code) => {
  const error = new HomeportError(code, 'It happened.', { hint: 'Do this.', detail: 'exit 1', fields: { domain: 'taken' }, cause: new Error('deep') })
  const wire = WireError.parse(JSON.parse(JSON.stringify(toWireError(error))))
  const back = fromWireError(wire)
  expect(back).toBeInstanceOf(HomeportError)
  expect(back).toMatchObject({ code, message: 'It happened.', hint: 'Do this.', detail: 'exit 1', fields: { domain: 'taken' } })
  expect(toWireError(back)).toEqual(wire)
})

it('keeps the cause for the log and off the wire', () => {
  const cause = new Error('password=hunter2')
  const error = new HomeportError('internal', 'It happened.', { cause })
  expect(error.cause).toBe(cause)
  expect(JSON.stringify(toWireError(error))).not.toContain('hunter2')
  expect(toWireError(error)).toEqual({ code: 'internal', message: 'It happened.', hint: '' })
})

it('turns refused input into messages at its fields', () => {
  const parsed = z.object({ draft: z.object({ domain: z.string({ error: 'Type a domain.' }) }), port: z.number({ error: 'A number.' }) }).safeParse({ draft: {}, port: 'x' })
  expect(toWireError(parsed.error)).toEqual({ code: 'input-invalid', message: 'Type a domain.', hint: 'Correct the marked fields and try again.', fields: { 'draft.domain': 'Type a domain.', port: 'A number.' } })
})

it.each([[new TypeError('x is not a function'), 'x is not a function'], ['thrown text', 'thrown text'], [undefined, 'undefined'], [null, 'null']])('calls %s unexpected', (thrown, detail) => {
  expect(toWireError(thrown)).toMatchObject({ code: 'internal', detail })
})

it('has each code once', () => {
  expect(new Set(errorCodes).size).toBe(errorCodes.length)
  expect(ErrorCode.safeParse('made-up').success).toBe(false)
})
