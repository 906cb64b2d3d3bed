import { expect, test } from 'vitest'
import { Slots } from '../../src/main/ssh/slots.ts'

test('lets eight be open at a time, and the others follow in their order', async () => {
  const slots = new Slots()
  const order: number[] = []
  const taken = await Promise.all(Array.from({ length: 8 }, () => slots.take('short')))
  const later = [8, 9].map((n) => slots.take('short').then((release) => { order.push(n); return release }))
  await Promise.resolve()
  expect(order).toEqual([])
  taken[3]?.()
  taken[3]?.()
  await later[0]
  expect(order).toEqual([8])
  taken[0]?.()
  await later[1]
  expect(order).toEqual([8, 9])
})

test('commands that end pass those that wait to stay open', async () => {
  const slots = new Slots({ all: 3, lasting: 1 })
  const release = await slots.take('lasting')
  let isOpen = false
  const waiting = slots.take('lasting').then(() => { isOpen = true })
  await slots.take('short')
  expect(isOpen).toBe(false)
  release()
  await waiting
  expect(isOpen).toBe(true)
})

test('refuses those who wait, and all who come later, once the line is gone', async () => {
  const slots = new Slots({ all: 1, lasting: 1 })
  await slots.take('short')
  const waiting = slots.take('short')
  slots.refuseAll(new Error('lost'))
  await expect(waiting).rejects.toThrow('lost')
  await expect(slots.take('short')).rejects.toThrow('lost')
})
