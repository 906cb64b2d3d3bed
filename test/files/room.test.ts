import { expect, it } from 'vitest'
import { RoomKeeper } from '../../src/main/files/room.ts'

const gib = 2 ** 30
const disk = (bytes: number, files: number | null = null) => {
  const state = { bytes, files, asked: 0 }
  return { state, room: new RoomKeeper(async () => { state.asked++; return { bytes: state.bytes, files: state.files } }) }
}

it('refuses what would take the reserve, in bytes and in files, before anything is sent', async () => {
  await expect(disk(2 * gib).room.ask({ bytes: gib + 1, files: 1 })).rejects.toMatchObject({ code: 'disk-full', message: expect.stringMatching(/^1074 MB have no room .* of 2148 MB that are free 1074 MB have to stay free/) })
  await expect(disk(2 * gib).room.ask({ bytes: gib, files: 1e9 })).resolves.toBeUndefined()
  await expect(disk(9 * gib, 10_099).room.ask({ bytes: 1, files: 100 })).rejects.toMatchObject({ code: 'disk-full' })
  await expect(disk(9 * gib, 10_100).room.ask({ bytes: 1, files: 100 })).resolves.toBeUndefined()
})

it('notices while files are taken that somebody else fills the disk, and asks seldom', async () => {
  const { state, room } = disk(2 * gib)
  for (let n = 0; n < 500; n++) await room.take(100_000)
  expect(state.asked).toBe(1)
  state.bytes = gib + 1000
  const taking = async () => { for (let n = 0; n < 500; n++) await room.take(100_000) }
  await expect(taking()).rejects.toMatchObject({ code: 'disk-full' })
  expect(state.asked).toBe(2)
})

it('asks for each large file, and for many small ones', async () => {
  const { state, room } = disk(100 * gib, 1e6)
  for (let n = 0; n < 3; n++) await room.take(gib)
  expect(state.asked).toBe(3)
  for (let n = 0; n < 2500; n++) await room.take(0)
  expect(state.asked).toBe(5)
})
