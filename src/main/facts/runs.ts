import { RunEvent, type RunSummary } from '../../shared/run.ts'
import { textOf, type Answer } from './sections.ts'

const path = String.raw`/var/lib/homeport/runs/([^/\n]+)/log`

/** Earlier runs, newest first, from the first and last line of their logs. One without an end is running or was interrupted. */
export function parseRuns(answer: Answer, activeRun: string | null): RunSummary[] {
  const ends = parseEnds(textOf(answer, 'run-ends'))
  const lines = textOf(answer, 'runs').split('\n')
  const summaries = lines.flatMap((line, index) => {
    const id = new RegExp(`^${path}$`).exec(line)?.[1]
    const started = parseEvent(lines[index + 1] ?? '')
    if (index % 2 !== 0 || id === undefined || started?.kind !== 'started' || started.runId !== id) return []
    const ended = parseEvent(ends.get(id) ?? '')
    const isEnded = ended?.kind === 'ended'
    const outcome = isEnded ? ended.result : id === activeRun ? 'running' : 'interrupted'
    return [{ runId: id, title: started.title, owner: started.owner, startedAt: started.at, endedAt: isEnded ? ended.at : null, outcome } as const]
  })
  return summaries.sort((a, b) => b.runId.localeCompare(a.runId))
}

/** Last line by run id, from `tail -v -n 1`: a heading and a line per file. A line of a log begins with @ or |, so none looks like a heading. */
function parseEnds(text: string): Map<string, string> {
  const lines = text.split('\n')
  return new Map(lines.flatMap((line, index) => {
    const id = new RegExp(`^==> ${path} <==$`).exec(line)?.[1]
    return id === undefined ? [] : [[id, lines[index + 1] ?? ''] as const]
  }))
}

/** The event of a log line `@ <json>`; null for others, such as one that a power cut tore. */
function parseEvent(line: string): RunEvent | null {
  if (!line.startsWith('@ ')) return null
  try {
    return RunEvent.safeParse(JSON.parse(line.slice(2))).data ?? null
  } catch {
    return null
  }
}
