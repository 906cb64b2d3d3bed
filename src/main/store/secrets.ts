import { z } from 'zod'
import { Secret, type LoginSecrets } from '../ssh/secret.ts'
import type { ConfFile } from './conf-file.ts'
import type { SecretBox } from './secret-box.ts'

const key = 'secrets'

export const secretNames = ['password', 'passphrase', 'sudoPassword', 'jumpPassphrase', 'ownKey'] as const satisfies readonly (keyof LoginSecrets)[]
export type SecretName = (typeof secretNames)[number]

/** The secrets of known servers, by the server's id and what they are for. */
export interface SecretStore {
  /** Whether they outlive the app. */
  readonly isPersistent: boolean
  /** Why not, in words for a person; empty where they do. */
  readonly note: string
  /** Null where none is kept. Throws `secrets-unavailable` where it cannot be opened. */
  get(serverId: string, name: SecretName): Promise<Secret | null>
  set(serverId: string, name: SecretName, secret: Secret): Promise<void>
  delete(serverId: string, name: SecretName): Promise<void>
}

const noBox = 'This way of running Homeport has no keychain, so passwords are kept only until it ends.'

/** Keeps secrets sealed in the file, or in memory where there is no box to seal them in. */
export function openSecretStore(file: ConfFile, box: SecretBox | null): SecretStore {
  return box?.available === true ? sealedSecrets(file, box) : memorySecrets(box === null ? noBox : box.note)
}

const Sealed = z.record(z.string(), z.string())

function sealedSecrets(file: ConfFile, box: SecretBox): SecretStore {
  const read = () => Sealed.catch({}).parse(file.get(key) ?? {})
  return {
    isPersistent: true,
    note: '',
    async get(serverId, name) {
      const sealed = read()[`${serverId}/${name}`]
      return sealed === undefined ? null : new Secret(await box.open(sealed))
    },
    async set(serverId, name, secret) {
      const sealed = await box.seal(secret.reveal())
      file.set(key, { ...read(), [`${serverId}/${name}`]: sealed })
    },
    async delete(serverId, name) {
      const { [`${serverId}/${name}`]: gone, ...rest } = read()
      if (gone !== undefined) file.set(key, rest)
    },
  }
}

export function memorySecrets(note: string = noBox): SecretStore {
  const kept = new Map<string, Secret>()
  return {
    isPersistent: false,
    note,
    get: async (serverId, name) => kept.get(`${serverId}/${name}`) ?? null,
    set: async (serverId, name, secret) => void kept.set(`${serverId}/${name}`, secret),
    delete: async (serverId, name) => void kept.delete(`${serverId}/${name}`),
  }
}
