import type { AptFacts } from './facts.ts'
import { linesOf, type Answer } from './sections.ts'

/** dpkg's states in which a package waits to be finished: half-installed, unpacked, half-configured, triggers awaited or pending. Source: dpkg-query(1). */
const unfinished = /^.[HUFWt]/
/** A third letter: the package must be installed again. */
const needsReinstall = /^..R/

/** `previous` has the updates where the server says that they are the same as before. */
export function parsePackages(answer: Answer, previous?: AptFacts): AptFacts {
  const lines = linesOf(answer, 'packages').map((line) => line.split('|'))
  return {
    isThere: answer.sections.get('packages')?.exitCode === 0,
    lockedBy: linesOf(answer, 'package-locks')[0] ?? null,
    isBroken: lines.some(([state = '']) => state === '!' || unfinished.test(state) || needsReinstall.test(state)),
    ...parseUpdates(answer, previous),
    installed: new Map(lines.filter(([state = '']) => state[1] === 'i').map(([, name = '', version = '']) => [name, version])),
  }
}

function parseUpdates(answer: Answer, previous: AptFacts | undefined): Pick<AptFacts, 'pendingUpdates' | 'pendingSecurityUpdates' | 'updatesStamp'> {
  const [updatesStamp = '', ...lines] = linesOf(answer, 'updates')
  const isUnchanged = lines[0] === 'unchanged'
  if (answer.sections.get('updates')?.exitCode !== 0 || updatesStamp === '' || (isUnchanged && previous?.updatesStamp !== updatesStamp)) return { pendingUpdates: null, pendingSecurityUpdates: null, updatesStamp: '' }
  if (isUnchanged && previous !== undefined) {
    return { pendingUpdates: previous.pendingUpdates, pendingSecurityUpdates: previous.pendingSecurityUpdates, updatesStamp }
  }
  const updates = lines.filter(isUpdate)
  return { pendingUpdates: updates.length, pendingSecurityUpdates: updates.filter(isSecurityUpdate).length, updatesStamp }
}

/** `Inst <name> [<installed>] (<new> <origin>:<version>/<suite>, ... [<architecture>])`; a new package has no `[<installed>]`. */
function isUpdate(line: string): boolean {
  return /^Inst \S+ \[/.test(line)
}

function isSecurityUpdate(line: string): boolean {
  return /\([^)]*(Debian-Security:|-security[ ,)])/.test(line)
}
