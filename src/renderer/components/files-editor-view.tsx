import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, defaultHighlightStyle, HighlightStyle, indentOnInput, LanguageDescription, syntaxHighlighting } from '@codemirror/language'
import { languages } from '@codemirror/language-data'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { darkColours } from './files-editor-colours.ts'

interface EditorProps {
  readonly fileName: string
  readonly label: string
  readonly text: string
  readonly isReadOnly: boolean
  onChange(text: string): void
  onSave(): void
}

const frame = EditorView.theme({
  '.cm-gutters': { background: 'var(--hp-surface-quiet)', color: 'var(--mantine-color-dimmed)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { background: 'color-mix(in srgb, var(--mantine-color-harbour-5) 9%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': { background: 'color-mix(in srgb, var(--mantine-color-harbour-5) 30%, transparent)' },
  '.cm-panels': { background: 'var(--hp-surface-quiet)', color: 'var(--mantine-color-text)' },
})

function coloursOf(scheme: 'light' | 'dark'): Extension {
  return [EditorView.darkTheme.of(scheme === 'dark'), syntaxHighlighting(scheme === 'dark' ? HighlightStyle.define(darkColours) : defaultHighlightStyle)]
}

/** A text with the colours of its language. Loaded only when a text is opened. */
export default function EditorViewBox({ fileName, label, text, isReadOnly, onChange, onSave }: EditorProps) {
  const box = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme()
  const shown = useRef<{ readonly view: EditorView; readonly colours: Compartment } | null>(null)
  const schemeAtFirst = useRef(scheme)
  // The editor is made once for a text; what it calls may change with each render.
  const handlers = useRef({ onChange, onSave })
  useEffect(() => { handlers.current = { onChange, onSave } })
  useEffect(() => {
    if (box.current === null) return undefined
    const language = new Compartment()
    const colours = new Compartment()
    const view = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          keymap.of([{ key: 'Mod-s', preventDefault: true, run: () => { handlers.current.onSave(); return true } }]),
          lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(),
          keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
          colours.of(coloursOf(schemeAtFirst.current)), EditorView.lineWrapping, frame, language.of([]),
          EditorState.readOnly.of(isReadOnly), EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => { if (update.docChanged) handlers.current.onChange(update.state.doc.toString()) }),
        ],
      }),
    })
    shown.current = { view, colours }
    let isOpen = true
    const found = LanguageDescription.matchFilename(languages, fileName)
    // Without its colours a text can be edited all the same.
    found?.load().then((support) => { if (isOpen) view.dispatch({ effects: language.reconfigure(support) }) }, (error: unknown) => console.warn('There are no colours for this text.', error))
    return () => { isOpen = false; shown.current = null; view.destroy() }
    // Another text is another editor: what is typed comes from within.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [fileName, isReadOnly, label])
  // What was typed stays when the colours change.
  useEffect(() => {
    schemeAtFirst.current = scheme
    shown.current?.view.dispatch({ effects: shown.current.colours.reconfigure(coloursOf(scheme)) })
  }, [scheme])
  return <div ref={box} className="hp-editor" />
}
