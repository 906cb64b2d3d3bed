import { RunEvent } from '../../shared/run.ts'

/** Longest line of output that is passed on; the log on the server has all of it. */
const longestLine = 4000

/** Reads the log of a run line by line. It keeps the step it is at, as output lines do not name theirs. */
export function createRunLogParser(): (line: string) => RunEvent | null {
  let step = 0
  return (line) => {
    if (line.startsWith('| ')) return { kind: 'output', step, line: line.slice(2, 2 + longestLine) }
    if (!line.startsWith('@ ')) return null
    const event = parseEvent(line.slice(2))
    if (event?.kind === 'step-started') step = event.step
    return event
  }
}

function parseEvent(text: string): RunEvent | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null // a line cut off by a power cut
  }
  const parsed = RunEvent.safeParse(value)
  return parsed.success ? parsed.data : null
}
