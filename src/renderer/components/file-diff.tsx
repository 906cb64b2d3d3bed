import './file-diff.css'
import { useMemo } from 'react'
import type { FileDiff as Diff } from '../../shared/plan.ts'
import { countRows, diffRows } from './diff-rows.ts'
import { counted } from './quantity.ts'

const signs = { added: '+', removed: '−', same: ' ' }
const spoken = { added: 'added: ', removed: 'removed: ', same: '' }

/** What becomes of one file, line by line: signs and colours, never colours alone. */
export function FileDiff({ diff }: { diff: Diff }) {
  const rows = useMemo(() => diffRows(diff), [diff])
  const { added, removed } = countRows(rows)
  const state = diff.before === null ? 'new file' : diff.after === null ? 'file is deleted' : `${counted(added, 'line')} added, ${removed} removed`
  return (
    <figure className="hp-diff">
      <figcaption><span className="hp-mono">{diff.path}</span><span>{state}</span></figcaption>
      <div className="hp-diff-rows" tabIndex={0} role="region" aria-label={`Changes of ${diff.path}`}>
        <div>
          {rows.map((row, index) => row.kind === 'gap'
            ? <div key={index} className="hp-diff-row" data-kind="gap"><i /><i /><b /><code>{counted(row.lines, 'unchanged line')}</code></div>
            : (
              <div key={index} className="hp-diff-row" data-kind={row.kind}>
                <i aria-hidden>{row.before}</i><i aria-hidden>{row.after}</i><b aria-hidden>{signs[row.kind]}</b>
                <code>{spoken[row.kind] !== '' && <span className="hp-hidden">{spoken[row.kind]}</span>}{row.text}</code>
              </div>
            ))}
        </div>
      </div>
    </figure>
  )
}
