import type { TagStyle } from '@codemirror/language'
import { tags } from '@lezer/highlight'

/** Colours on a dark ground, each at least 4.5 : 1 on a card (WCAG 2.2, 1.4.3). */
export const darkColours: readonly TagStyle[] = [
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: '#c9a2f2' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: '#9fd39a' },
  { tag: [tags.number, tags.bool, tags.atom, tags.null], color: '#f0b27a' },
  { tag: [tags.comment, tags.meta], color: '#95a3b3', fontStyle: 'italic' },
  { tag: [tags.tagName, tags.typeName, tags.className, tags.namespace], color: '#7cc4f0' },
  { tag: [tags.attributeName, tags.propertyName], color: '#8fd6d0' },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName)], color: '#e6d48a' },
  { tag: [tags.heading, tags.strong], fontWeight: 'bold' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: [tags.link, tags.url], color: '#7cc4f0', textDecoration: 'underline' },
  { tag: tags.invalid, color: '#ff9b93' },
]
