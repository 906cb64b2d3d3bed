import type { Readable } from 'node:stream'

/** A line longer than this many characters is cut, unless said otherwise: no output of a server may fill this computer's memory. */
const longestLine = 64_000

/**
 * Lines of a stream in the batches in which they arrive. Awaiting between batches holds the sender back.
 * A last line without its line break was torn by a lost connection: it is not given, so whoever counts lines asks for it again.
 */
export async function* batchesOfLines(stream: Readable, longest: number = longestLine): AsyncGenerator<string[]> {
  stream.setEncoding('utf8')
  let rest = ''
  for await (const chunk of stream as AsyncIterable<string>) {
    const parts = (rest + chunk).split('\n')
    rest = (parts.pop() ?? '').slice(0, longest)
    if (parts.length > 0) yield parts.map((line) => line.slice(0, longest))
  }
}
