import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { environmentLine, execLine, renderUnitFile } from '../../src/main/render/unit-file.ts'
import { anyText } from '../shared/any-text.ts'
import { allNaughtyStrings } from '../shared/naughty-strings.ts'
import { readCommandLine, readEnvironmentLine, readSpecifiers, readUnitFile } from './systemd-reader.ts'

// oxlint-disable-next-line no-control-regex
const hasControl = (text: string): boolean => /[\u0000-\u001f\u007f]/.test(text)
const value = fc.oneof(anyText(), fc.constantFrom(...allNaughtyStrings), fc.array(fc.constantFrom('\\', '"', "'", '$', '$$', '${A}', '%', '%%', '%h', '`', ' ', ';', '#', '\\n', 'a'), { maxLength: 6 }).map((parts) => parts.join('')))
  .filter((text) => !hasControl(text) && text.isWellFormed())

describe('a unit file', () => {
  it('gives systemd back the words of a command line, whatever they hold', () => {
    fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (words) => {
      const unit = readUnitFile(renderUnitFile({ Service: [['ExecStart', execLine('/usr/bin/true', ...words)], ['Restart', 'always']] }))
      const settings = unit.get('Service') ?? []
      expect(settings).toHaveLength(2)
      expect(readCommandLine(settings[0]?.[1] ?? '')).toEqual(['/usr/bin/true', ...words])
    }), { numRuns: 800 })
  })

  it('gives back plain values, with % as it stands', () => {
    fc.assert(fc.property(value.filter((text) => text.trim() === text && !text.endsWith('\\')), (text) => {
      const unit = readUnitFile(renderUnitFile({ Unit: [['Description', text], ['After', 'a.service']], Install: [['WantedBy', 'b.target']] }))
      expect([...unit.keys()]).toEqual(['Unit', 'Install'])
      expect(readSpecifiers(unit.get('Unit')?.[0]?.[1] ?? '')).toBe(text)
    }), { numRuns: 500 })
  })

  it.each(['a\nExecStart=/bin/sh', 'a\r', 'a\0', '\u001b[31m', 'a\tb', 'a\u007f', 'ends with \\'])('refuses %j, which would become something else', (text) => {
    expect(() => renderUnitFile({ Unit: [['Description', text]] })).toThrow(RangeError)
  })

  it('leaves the percent sign of a limit, which knows no specifiers', () => {
    expect(renderUnitFile({ Service: [['MemoryMax', '60%']] })).toBe('[Service]\nMemoryMax=60%\n')
  })

  it('keeps the order of settings and repeats keys', () => {
    expect(renderUnitFile({ Unit: [['After', 'a'], ['After', 'b']], Service: [['Type', 'notify']] })).toBe('[Unit]\nAfter=a\nAfter=b\n\n[Service]\nType=notify\n')
  })
})

describe('a line of an environment file', () => {
  it('gives back its value, whatever it holds', () => {
    fc.assert(fc.property(value, (text) => { expect(readEnvironmentLine(environmentLine('GIT_URL', text))).toEqual(['GIT_URL', text]) }), { numRuns: 800 })
  })
  it.each(['a\nb', 'a\rb', 'a\0b'])('refuses %j', (text) => expect(() => environmentLine('A', text)).toThrow(RangeError))
})
