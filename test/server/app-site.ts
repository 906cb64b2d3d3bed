/** A small app for container sites, made of the nginx image: what it answers is said by its environment. */
import type { SiteDraft, Source } from '../../src/shared/spec.ts'
import { resources } from './pipeline.ts'
import { keepAlive, visit } from './visitor.ts'

type ImageSource = Extract<Source, { kind: 'image' }>
type BuildSource = Extract<Source, { kind: 'build' }>

/** The image with its tag, without the digest to which the product holds its own. */
export const appImage: string = resources.images.nginx.ref.replace(/^docker\.io\/library\//, '').replace(/@.*/, '')

const conf = [
  'server { listen 8000;',
  'location = /health { return ${HEALTH:-200}; }',
  'location /data/ { alias /data/; limit_rate 60k; }', 'location / { return 200 "$VERSION"; } }',
].join(' ').replaceAll('"', '\\"')
const start = `sleep \${SLOW:-0}; echo started >>/data/starts; [ -e /data/large ] || head -c 300000 /dev/zero >/data/large; printf '%s' "${conf}" >/etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'`

/** The app as an image site; plain variables by name. */
export function appSource(variables: Readonly<Record<string, string>>, more: Partial<ImageSource['app']> = {}): ImageSource {
  const environment = Object.entries(variables).map(([name, value]) => ({ name, value }))
  return {
    kind: 'image', image: appImage,
    app: { port: 8000, command: ['sh', '-c', start], healthPath: '/health', startSeconds: 30, volumes: [{ name: 'files', path: '/data' }], environment: [...environment, ...(more.environment ?? [])], ...withoutEnvironment(more) },
  }
}

function withoutEnvironment({ environment: _environment, ...rest }: Partial<ImageSource['app']>): Partial<ImageSource['app']> {
  return rest
}

/** A site that is built from a repository and answers on port 8000. */
export function buildSource(url: string, more: Partial<BuildSource> = {}): BuildSource {
  return { kind: 'build', url, branch: 'main', intervalMinutes: 1, app: { port: 8000, startSeconds: 30 }, ...more }
}

export const draftOf = (domain: string, source: Source): SiteDraft => ({ domain, www: false, source })

/** Visitors at work until `stop`, which tells how many requests there were and what went wrong. */
export function startVisitors(host: string, domain: string, count = 6): { stop: () => Promise<{ requests: number; failures: string[]; answers: Set<string> }> } {
  let isOver = false
  let requests = 0
  const failures: string[] = []
  const answers = new Set<string>()
  const visitor = async (stays: boolean): Promise<void> => {
    const agent = stays ? keepAlive(1) : undefined
    while (!isOver) {
      const page = await visit(host, domain, '/', agent === undefined ? {} : { agent }).catch((error: Error) => error)
      requests++
      if (page instanceof Error) failures.push(page.message)
      else if (page.status !== 200) failures.push(String(page.status))
      else answers.add(page.body)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 30))
    }
    agent?.destroy()
  }
  const all = Promise.all(Array.from({ length: count }, (_, index) => visitor(index % 3 !== 0)))
  return {
    stop: async () => {
      isOver = true
      await all
      return { requests, failures, answers }
    },
  }
}
