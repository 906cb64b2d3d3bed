import { expect, test } from 'vitest'
import type { LogLine } from '../../src/shared/log.ts'
import { LogBuffer, logText, severity, unitLabel } from '../../src/renderer/components/log-buffer.ts'

const line = (message: string, priority = 6, unit = 'docker.service'): LogLine => ({ at: 0, unit, priority, message })
const messages = (buffer: LogBuffer) => buffer.visible.map(({ message }) => message)

test('keeps at most a tenth more than its capacity, and the newest lines', () => {
  const buffer = new LogBuffer(100)
  for (let index = 0; index < 1000; index++) buffer.append([line(`${index}`)])
  expect(buffer.kept).toBeLessThanOrEqual(110)
  expect(buffer.kept).toBeGreaterThanOrEqual(100)
  expect(messages(buffer).at(-1)).toBe('999')
  expect(buffer.visible).toHaveLength(buffer.kept)
})

test('keeps fewer lines where they are long', () => {
  const buffer = new LogBuffer(100, 1000)
  for (let index = 0; index < 200; index++) buffer.append([line(`${index}`.padEnd(50, '.'))])
  expect(buffer.kept).toBeLessThanOrEqual(22)
  expect(buffer.kept).toBeGreaterThanOrEqual(20)
  buffer.append([line('y'.repeat(5000)), line('last')])
  expect(messages(buffer)).toEqual(['last'])
})

test('drops filtered lines together with the lines they are', () => {
  const buffer = new LogBuffer(10)
  buffer.setFilter({ text: 'even', priority: 7 })
  buffer.append(Array.from({ length: 40 }, (_, index) => line(index % 2 === 0 ? `even ${index}` : `odd ${index}`)))
  expect(messages(buffer)).toEqual(['even 30', 'even 32', 'even 34', 'even 36', 'even 38'])
})

test('shows nothing when every line that fitted was dropped', () => {
  const buffer = new LogBuffer(10)
  buffer.setFilter({ text: 'needle', priority: 7 })
  buffer.append([line('needle')])
  buffer.append(Array.from({ length: 30 }, () => line('hay')))
  expect(messages(buffer)).toEqual([])
})

test('filters new lines as they come and old ones when the filter changes', () => {
  const buffer = new LogBuffer()
  buffer.append([line('GET /', 6), line('broken pipe', 3)])
  buffer.setFilter({ text: '', priority: 4 })
  buffer.append([line('noise', 7), line('worse', 2)])
  expect(messages(buffer)).toEqual(['broken pipe', 'worse'])
  buffer.setFilter({ text: '', priority: 7 })
  expect(buffer.visible).toHaveLength(4)
})

test('finds text in message and unit, whatever the case', () => {
  const buffer = new LogBuffer()
  buffer.append([line('Hello'), line('x', 6, 'homeport-proxy.service'), line('y')])
  buffer.setFilter({ text: 'hELLo', priority: 7 })
  expect(messages(buffer)).toEqual(['Hello'])
  buffer.setFilter({ text: 'PROXY', priority: 7 })
  expect(messages(buffer)).toEqual(['x'])
})

test('never uses an id again, also after it was cleared', () => {
  const buffer = new LogBuffer()
  buffer.append([line('a')])
  buffer.clear()
  buffer.append([line('b')])
  expect(buffer.visible[0]?.id).toBe(1)
})

test('tells its listeners of lines, but not of an empty delivery, and not after they left', () => {
  const buffer = new LogBuffer()
  let told = 0
  const off = buffer.onChange(() => { told += 1 })
  buffer.append([])
  expect(told).toBe(0)
  buffer.append([line('a')])
  expect(told).toBe(1)
  off()
  buffer.append([line('b')])
  expect(told).toBe(1)
})

test('saved text has one line each with time and unit', () => {
  expect(logText([line('one'), line('two')])).toBe('1970-01-01T00:00:00.000Z docker.service one\n1970-01-01T00:00:00.000Z docker.service two')
})

test('names units and severities for people', () => {
  expect(unitLabel('homeport-example.org.service')).toBe('example.org')
  expect(unitLabel('homeport-example.org-pull.timer')).toBe('example.org-pull.timer')
  expect([0, 3, 4, 5, 6, 7].map(severity)).toEqual(['error', 'error', 'warning', 'normal', 'normal', 'debug'])
})
