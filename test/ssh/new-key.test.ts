import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { newKeyPair } from '../../src/main/ssh/new-key.ts'

test('makes keys that can be read, every time', () => {
  for (let count = 0; count < 1500; count++) {
    const pair = newKeyPair('homeport@here')
    expect(ssh2.utils.parseKey(pair.private)).not.toBeInstanceOf(Error)
    expect(pair.public).toMatch(/^ssh-ed25519 [A-Za-z0-9+/=]+ homeport@here$/)
  }
})
