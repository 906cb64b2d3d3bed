import type { AptFacts } from './facts.ts'
import { linesOf, type Answer } from './sections.ts'

/** dpkg's states in which a package waits to be finished: half-installed, unpacked, half-configured, triggers awaited or pending. Source: dpkg-query(1). */
const unfinished = /^.[HUFWt]/
/** A third letter: the package must be installed again. */
const needsReinstall = /^..R/

export function parsePackages(answer: Answer): AptFacts {
  const lines = linesOf(answer, 'packages').map((line) => line.split('|'))
  const updates = answer.sections.get('updates')?.exitCode === 0 ? linesOf(answer, 'updates').filter(isUpdate) : null
  return {
    isThere: answer.sections.get('packages')?.exitCode === 0 && answer.sections.has('updates'),
    lockedBy: linesOf(answer, 'package-locks')[0] ?? null,
    isBroken: lines.some(([state = '']) => state === '!' || unfinished.test(state) || needsReinstall.test(state)),
    pendingUpdates: updates?.length ?? null,
    pendingSecurityUpdates: updates?.filter(isSecurityUpdate).length ?? null,
    installed: new Map(lines.filter(([state = '']) => state[1] === 'i').map(([, name = '', version = '']) => [name, version])),
  }
}

/** `Inst <name> [<installed>] (<new> <origin>:<version>/<suite>, ... [<architecture>])`; a new package has no `[<installed>]`. */
function isUpdate(line: string): boolean {
  return /^Inst \S+ \[/.test(line)
}

function isSecurityUpdate(line: string): boolean {
  return /\([^)]*(Debian-Security:|-security[ ,)])/.test(line)
}
