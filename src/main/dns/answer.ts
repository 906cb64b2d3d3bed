/** Why a name server gave nothing to go by. */
export type Failure =
  /** SERVFAIL: it could not find out, or DNSSEC forbids to believe what it found. */
  | 'server-failure'
  /** It does not answer for this name, or not to us. */
  | 'refused'
  /** It is named as a name server of the zone, and does not know the zone. */
  | 'lame'
  | 'silent'
  | 'unreadable'

/** What one name server answered to one question. An answer that there is nothing is an answer. */
export type Answer<T> =
  | { readonly kind: 'records'; readonly records: readonly T[] }
  | { readonly kind: 'none'; /** Whether the name exists, with records of another type. */ readonly exists: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** Awaits a question to node's Resolver. Never rejects. */
export async function answerTo<T>(question: Promise<readonly T[]>): Promise<Answer<T>> {
  try {
    const records = await question
    return records.length === 0 ? { kind: 'none', exists: true } : { kind: 'records', records }
  } catch (error) {
    return answerOfCode((error as NodeJS.ErrnoException).code)
  }
}

export function recordsOf<T>(answer: Answer<T>): readonly T[] {
  return answer.kind === 'records' ? answer.records : []
}

/** The first answer that says something; else the first failure. One slow or dead server costs nothing while another answers. */
export async function firstAnswer<T>(answers: readonly Promise<Answer<T>>[]): Promise<Answer<T>> {
  const spoken = answers.map(async (answer) => {
    const given = await answer
    if (given.kind === 'failed') throw new Error(given.failure)
    return given
  })
  try {
    return await Promise.any(spoken)
  } catch {
    // None said anything; all are in by now.
    return (await answers[0]) ?? { kind: 'failed', failure: 'silent' }
  }
}

/** What comes within so many milliseconds, or the other value. */
export async function within<T>(ms: number, promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T>((resolve) => { timer = setTimeout(() => resolve(otherwise), ms) })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Codes of c-ares, as node gives them. */
function answerOfCode<T>(code: string | undefined): Answer<T> {
  switch (code) {
    case 'ENOTFOUND': return { kind: 'none', exists: false }
    case 'ENODATA': return { kind: 'none', exists: true }
    case 'ESERVFAIL': return { kind: 'failed', failure: 'server-failure' }
    case 'EREFUSED': case 'ENOTIMP': return { kind: 'failed', failure: 'refused' }
    case 'ETIMEOUT': case 'ECONNREFUSED': case 'ECANCELLED': return { kind: 'failed', failure: 'silent' }
    default: return { kind: 'failed', failure: 'unreadable' }
  }
}
