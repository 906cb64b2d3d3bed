import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2'

/**
 * What Homeport speaks. AES only: Electron's BoringSSL has no chacha20-poly1305 for ssh2 and merely naming it throws.
 * SHA-1 and DSA are left out; every OpenSSH since 7.2 (2016) speaks something of each list.
 */
const offered = {
  kex: [
    'curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256', 'diffie-hellman-group16-sha512', 'diffie-hellman-group18-sha512', 'diffie-hellman-group14-sha256',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes256-ctr', 'aes192-ctr', 'aes128-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
} satisfies Algorithms

const hostKeyAlgorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'rsa-sha2-512', 'rsa-sha2-256',
]

/** The algorithms that show a host key of this type (the type inside the key, such as `ssh-rsa`). */
function shows(algorithm: ServerHostKeyAlgorithm, keyType: string): boolean {
  return algorithm === keyType || (keyType === 'ssh-rsa' && algorithm.startsWith('rsa-sha2-'))
}

/**
 * The offer for one connection. The types of pinned keys come first, so that a server that gained
 * a key of another type is still asked for the one that was agreed to (as ssh does).
 */
export function offerAlgorithms(pinnedTypes: readonly string[]): Algorithms {
  const isPinned = (algorithm: ServerHostKeyAlgorithm) => pinnedTypes.some((type) => shows(algorithm, type))
  return { ...offered, serverHostKey: [...hostKeyAlgorithms.filter(isPinned), ...hostKeyAlgorithms.filter((algorithm) => !isPinned(algorithm))] }
}
