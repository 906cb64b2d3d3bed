import ssh2 from 'ssh2'

/** Both halves of a key in OpenSSH's form. */
export interface KeyPair { readonly private: string; readonly public: string }

/** A new Ed25519 key that can be read again: one in some 300 that ssh2 (1.17) makes is malformed. */
export function newKeyPair(comment = ''): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment })
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair
  }
}
