import { describe, expect, it } from 'vitest'
import { readPublicKey, SftpKeys, sftpUser } from '../../src/shared/sftp.ts'

const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPGec2vOKiOGzVZ6EphBRcelxqQp0GCToWL7w6cClA97'
const rsa = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDYog17zS7oNFjzZ+iAQSxgL1y7ubiOoIbTCnQ0FKgRlXV73G3NvkLD0vCNLth8MWgu0gQyqSbLSiJ6HMgqv++N4kXqfbF14z/t9KW0DXGKttj32JmdTdJDCS+KwJuonp8X2HTbR2PKrUvDDWLtdNYPUKkw9K2I+0brtjHZbNiLNNDOGvbhWLkwETrx1aEvGy7xifdRcurNnLVC2Sxd/hCtS/Q4i7woxdERKKSzTfCvrxp1rTusaMeYVusreg5xj5Ku1NK/k7X9p2Gp98UVthjxltJkzIOo0VvtewPG+YzLW7UeVDYfGwRu8+ivTduk08LnbtMEo3o5mxpglhM9E/5H'
const shortRsa = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDg1bkWyl4n4iNqyN4mYgjB86bJR3o2g9NZqI+NvTQHLSd9V78V2X2MNPcTziakZWuOYWCLFkviJBNvUcIuWZ7iptOcI4EAs+x2TKxLnoGkWWghNR4v7qfV5pWjxvOdFJUVN+9f+nFOsUH4v7pn0i2Hv1jy74gwg6Qo205jajjH1w=='
const ecdsa = ['ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFE+8gjDKeWqIbT8jX5ctcMtTc4ohIuUi+5fy4o/bWYldpQGopUN35z4PYC/+R3H0ms5NmN5Xg1vGUzFhDIljzM=', 'ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAFJLpRmKbvIjx+IX3IkOGllbd0pYj6uGhPmTifVjf3pIMAsGYtQKd6LoqHlJSeJELNlEwQoYgjwzu1p+u77fqrkUAEVog1/IWGaiMi2d325BAkKLaIvgUEATds1sVTav2dG1wnmNcwk9kDc/ryoZX/qiZHJ0pC9aWsXViMI9fWN000jQQ==']
const problemOf = (pasted: string): string => {
  const read = readPublicKey(pasted)
  return read.kind === 'problem' ? read.problem : 'it is taken'
}
/** As ssh-keygen -e, WinSCP and PuTTYgen write it. */
const ssh2Form = `---- BEGIN SSH2 PUBLIC KEY ----\r\nComment: "kim's\\\r\n laptop"\r\nSubject: kim\r\n${rsa.slice(8).replace(/(.{70})/g, '$1\r\n')}\r\n---- END SSH2 PUBLIC KEY ----\r\n`

describe('a public key that is pasted', () => {
  it.each([ed25519, rsa, ...ecdsa])('is taken as it is: %s', (key) => {
    expect(readPublicKey(key)).toEqual({ kind: 'key', key, comment: '' })
    expect(readPublicKey(`  ${key}   kim@laptop, my private key  \r\n`)).toEqual({ kind: 'key', key, comment: 'kim@laptop, my private key' })
  })

  it('is taken in the form of PuTTY and WinSCP', () => {
    expect(readPublicKey(ssh2Form)).toEqual({ kind: 'key', key: rsa, comment: "kim's laptop" })
  })

  it('may be of a security key', () => {
    const type = 'sk-ssh-ed25519@openssh.com'
    const field = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
    const key = `${type} ${Buffer.concat([field(Buffer.from(type)), field(Buffer.alloc(32, 1)), field(Buffer.from('ssh:'))]).toString('base64')}`
    expect(readPublicKey(`${key} token`)).toEqual({ kind: 'key', key, comment: 'token' })
  })

  it.each(['-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----', '-----BEGIN RSA PRIVATE KEY-----\nMII', '-----BEGIN ENCRYPTED PRIVATE KEY-----', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none', '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----'])('is refused where it is a private one: %s', (pasted) => {
    expect(problemOf(pasted)).toContain('This is a private key')
  })

  it.each([
    ['', 'Paste a public key.'],
    ['hello', 'This is not a public key.'],
    ['SHA256:TVvcnXp/B4NTZigJVN7CKIigJ/v9V6jMCQ/qljoV6jw', 'This is not a public key.'],
    ['command="rm -rf /" ' + ed25519, 'This is not a public key.'],
    [`${ed25519} kim\n${rsa} kim`, 'one key at a time'],
    [`ssh-ed25519\nAAAA\nBBBB`, 'one key at a time'],
    [ed25519.slice(0, -4), 'This key is not whole.'],
    [`ssh-rsa ${ed25519.slice(12)}`, 'This key is not whole.'],
    [rsa.slice(0, 200), 'This key is not whole.'],
    [shortRsa, 'shorter than 2048 bits'],
    [`ssh-dss ${ed25519.slice(12)}`, 'DSA'],
    ['---- BEGIN SSH2 PUBLIC KEY ----\nAAAA', 'This is not a public key.'],
  ])('is refused with what is wrong: %s', (pasted, problem) => expect(problemOf(pasted)).toContain(problem))

  it('never becomes more than one line of a file, whatever it is called', () => {
    for (const end of ['\n', '\r', '\v', '\f', '\u0085', '\u2028', '\0', '\u001b']) {
      const read = readPublicKey(`${ed25519} kim${end}ssh-rsa AAAA`)
      const keys = SftpKeys.safeParse(read.kind === 'key' ? [{ key: read.key, name: read.comment }] : [])
      const lines = (keys.data ?? []).flatMap(({ name }) => name.split('\n'))
      expect(lines.length, JSON.stringify(end)).toBeLessThanOrEqual(1)
    }
    expect(SftpKeys.safeParse([{ key: ed25519, name: 'kim\nlou' }]).success).toBe(false)
  })
})

it('takes each key once, and twenty at most', () => {
  expect(SftpKeys.safeParse([{ key: ed25519, name: 'Kim' }, { key: ed25519, name: 'Lou' }]).success).toBe(false)
  expect(SftpKeys.safeParse([{ key: ed25519, name: 'Kim' }, { key: rsa, name: 'Kim' }]).success).toBe(true)
  expect(SftpKeys.safeParse([{ key: ed25519, name: '  ' }]).success).toBe(false)
})

it('names the account by the number of the site, which no other site has', () => expect(sftpUser({ slot: 4095 })).toBe('site-4095'))
