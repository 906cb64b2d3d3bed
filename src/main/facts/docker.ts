import { z } from 'zod'
import type { ContainerFact, DockerFacts } from './facts.ts'
import { jsonOf, textOf, type Answer } from './sections.ts'

// The engine's own answers (Docker Engine API 1.41 and later); lists may come as null where there is nothing.
const labels = z.record(z.string(), z.string()).nullish().transform((value) => value ?? {})
const strings = z.array(z.string()).nullish().transform((value) => value ?? [])
const Version = z.object({ Version: z.string() })
const Info = z.object({ LiveRestoreEnabled: z.boolean(), Swarm: z.object({ LocalNodeState: z.string() }).nullish() })
const Container = z.object({
  Names: strings, Image: z.string(), State: z.string(), Labels: labels,
  Ports: z.array(z.object({ PublicPort: z.number().optional() })).nullish().transform((value) => value ?? []),
})
const Image = z.object({ Id: z.string(), RepoTags: strings, RepoDigests: strings })
const Network = z.object({
  Name: z.string(), Internal: z.boolean().default(false), Labels: labels,
  IPAM: z.object({ Config: z.array(z.object({ Subnet: z.string().optional() })).nullish() }).nullish(),
})

export function parseDocker(answer: Answer, installed: ReadonlyMap<string, string>): DockerFacts {
  // "Docker version 26.1.5+dfsg1, build a72d7cd"; podman's stand-in says another name.
  const clientVersion = /^Docker version ([^\s,]+)/m.exec(textOf(answer, 'docker.client'))?.[1] ?? null
  const info = read(Info, answer, 'docker.info')
  return {
    version: read(Version, answer, 'docker.version')?.Version ?? null,
    clientVersion,
    origin: originOf(answer, installed, clientVersion),
    liveRestore: info?.LiveRestoreEnabled ?? false, isSwarm: info?.Swarm?.LocalNodeState === 'active',
    containers: list(Container, answer, 'docker.containers').map(containerFact),
    images: new Map(list(Image, answer, 'docker.images').flatMap(imageReferences)),
    networks: new Map(list(Network, answer, 'docker.networks').map((network) => [network.Name, {
      subnet: network.IPAM?.Config?.[0]?.Subnet ?? '', isInternal: network.Internal, labels: network.Labels,
    }] as const)),
  }
}

function originOf(answer: Answer, installed: ReadonlyMap<string, string>, clientVersion: string | null): DockerFacts['origin'] {
  if (answer.sections.has('docker.snap')) return 'snap'
  if (installed.has('docker-ce')) return 'docker'
  if (installed.has('docker.io')) return 'distribution'
  if (installed.has('podman-docker')) return 'podman'
  return clientVersion === null ? 'none' : 'other'
}

function containerFact(container: z.infer<typeof Container>): ContainerFact {
  const ports = container.Ports.flatMap((port) => port.PublicPort ?? [])
  return {
    name: (container.Names[0] ?? '').replace(/^\//, ''), image: container.Image, state: container.State, labels: container.Labels,
    publishedPorts: [...new Set(ports)],
  }
}

/** One entry per name of an image: `repository:tag` with its digest, and `repository@digest` for images that were pulled by digest. */
function imageReferences(image: z.infer<typeof Image>): (readonly [string, { readonly id: string; readonly digest: string | null }])[] {
  const digests = new Map(image.RepoDigests.map((reference) => [reference.slice(0, reference.indexOf('@')), reference.slice(reference.indexOf('@') + 1)] as const))
  const tags = image.RepoTags.filter((tag) => !tag.startsWith('<none>')).map((tag) => [tag, { id: image.Id, digest: digests.get(tag.slice(0, tag.lastIndexOf(':'))) ?? null }] as const)
  const pulled = image.RepoDigests.filter((reference) => !reference.startsWith('<none>')).map((reference) => [reference, { id: image.Id, digest: reference.slice(reference.indexOf('@') + 1) }] as const)
  return [...tags, ...pulled]
}

function read<T extends z.ZodType>(schema: T, answer: Answer, name: string): z.output<T> | undefined {
  return schema.safeParse(jsonOf(answer, name)).data
}

/** Entries that are not as the engine's interface says are left out, the others stay. */
function list<T extends z.ZodType>(schema: T, answer: Answer, name: string): z.output<T>[] {
  return (read(z.array(z.unknown()), answer, name) ?? []).flatMap((entry) => {
    const parsed = schema.safeParse(entry)
    return parsed.success ? [parsed.data] : []
  })
}
