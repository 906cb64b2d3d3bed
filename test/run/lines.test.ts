import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { batchesOfLines } from '../../src/main/server/lines.ts'
import { anyText } from '../shared/any-text.ts'
import { collect } from '../upload/collect.ts'

async function read(chunks: Iterable<Uint8Array>): Promise<string[][]> {
  return await collect(batchesOfLines(Readable.from(chunks, { objectMode: false })))
}

it('gives the same lines wherever the bytes are cut, in the middle of letters too', async () => {
  await fc.assert(fc.asyncProperty(fc.array(anyText(6).map((text) => text.replaceAll('\n', '').toWellFormed()), { maxLength: 6 }), fc.boolean(), fc.integer({ min: 1, max: 4 }), async (lines, endsWithBreak, size) => {
    const text = lines.join('\n') + (endsWithBreak && lines.length > 0 ? '\n' : '')
    const bytes = Buffer.from(text)
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
    expect((await read(chunks)).flat()).toEqual(text.split('\n').slice(0, -1))
  }), { numRuns: 150 })
})

it('gives what arrived together as one batch, and not the line that a lost connection tore', async () => {
  expect(await read([Buffer.from('a\nb\nc'), Buffer.from('d\n'), Buffer.from('e')])).toEqual([['a', 'b'], ['cd']])
})

it('cuts lines without an end, so that no server can fill the memory here', async () => {
  const megabyte = Buffer.alloc(1_000_000, 'x')
  const lines = (await read([...Array.from({ length: 20 }, () => megabyte), Buffer.from('\nnext\n')])).flat()
  expect(lines.map((line) => line.length)).toEqual([64_000, 4])
})

it('leaves the reading to whoever asks: the sender is held back between batches', async () => {
  let sent = 0
  const source = new Readable({ highWaterMark: 16, read() { this.push(sent++ < 10_000 ? Buffer.from(`line ${sent}\n`) : null) } })
  const batches = batchesOfLines(source)
  await batches.next()
  await new Promise((resolve) => { setTimeout(resolve, 20) })
  expect(sent).toBeLessThan(100)
  await batches.return(undefined)
  expect(source.destroyed).toBe(true)
})
