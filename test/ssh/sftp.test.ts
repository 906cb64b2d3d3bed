import { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { openSftp } from '../../src/main/ssh/sftp.ts'

/** A stream whose other end says what it is told to, whatever it is asked. */
function lineThatSays(...answers: readonly (Buffer | null)[]): Duplex {
  let asked = 0
  return new Duplex({
    read() {},
    write(_data, _encoding, done) {
      const answer = answers[asked++]
      if (answer !== undefined) this.push(answer)
      done()
    },
  })
}

const packet = (...bytes: number[]): Buffer => Buffer.from([0, 0, 0, bytes.length, ...bytes])
const version = packet(2, 0, 0, 0, 3)
/** SSH_FXP_STATUS for the first request, with a code. */
const status = (code: number): Buffer => packet(101, 0, 0, 0, 0, 0, 0, 0, code, 0, 0, 0, 0, 0, 0, 0, 0)

test('is refused by what is no SFTP server', async () => {
  await expect(openSftp(lineThatSays(Buffer.from('Welcome to the server!\n')))).rejects.toThrow(/SFTP|packet/i)
  await expect(openSftp(lineThatSays(packet(103, 0)))).rejects.toThrow()
})

test('is refused where the server ends before it answers', async () => {
  await expect(openSftp(lineThatSays(null))).rejects.toMatchObject({ code: 'connection-lost' })
})

test.each([[2, 'missing'], [3, 'denied'], [4, 'failure'], [8, 'unsupported'], [99, 'failure']] as const)('tells status %i apart as %s', async (code, meaning) => {
  const sftp = await openSftp(lineThatSays(version, status(code)))
  await expect(sftp.lstat('/x')).rejects.toMatchObject({ name: 'SftpError', status: meaning })
})

test('says of every waiting question that the line is lost, and of every later one', async () => {
  const line = lineThatSays(version)
  const sftp = await openSftp(line)
  const waiting = [sftp.lstat('/a'), sftp.realpath('/b')]
  line.destroy()
  for (const question of waiting) await expect(question).rejects.toMatchObject({ code: 'connection-lost' })
  expect(sftp.isOpen).toBe(false)
  await expect(sftp.lstat('/c')).rejects.toMatchObject({ code: 'connection-lost' })
})

test('gives up on a server that stops speaking SFTP', async () => {
  const sftp = await openSftp(lineThatSays(version, Buffer.from([0xff, 0xff, 0xff, 0xff, 1])))
  await expect(sftp.lstat('/x')).rejects.toBeInstanceOf(Error)
  expect(sftp.isOpen).toBe(false)
})
