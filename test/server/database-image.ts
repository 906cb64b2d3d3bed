/** A small database for container sites: an image that says in which folders it keeps data, made on the server itself. */
import type { SiteDraft, Source } from '../../src/shared/spec.ts'
import type { TestServer } from '../testbed/index.ts'
import { appImage } from './app-site.ts'
import { on } from './pipeline.ts'

type ImageSource = Extract<Source, { kind: 'image' }>

/**
 * Answers on port 8000. It refuses to work where another one is at it or was killed, notes each start and each orderly end, and takes
 * SLOW_STOP seconds for that end. Not root, so a folder that has not the owner that the image gave it is of no use to it.
 */
const program = `
use IO::Socket::INET;
my $end; $SIG{TERM} = sub { $end = 1 };
mkdir "/db/lock" or die "another database is at work here\\n";
sub note { open my $log, ">>", "/db/log" or die "$!\\n"; print $log "@_\\n"; close $log }
note "started";
open my $cache, ">>", "/cache/starts" or die "$!\\n"; print $cache "x"; close $cache;
my $server = IO::Socket::INET->new(Listen => 5, LocalPort => 8000, ReuseAddr => 1) or die "$!\\n";
until ($end) { my $visitor = $server->accept or next; my $line = <$visitor>; print $visitor "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok"; close $visitor }
sleep($ENV{SLOW_STOP} // 0); note "stopped"; rmdir "/db/lock";
`

/** Makes a version of the image for a site, as if it had been pulled, and gives its id. */
export async function makeVersion(server: TestServer, site: string, label: string, folders = ['/db', '/cache']): Promise<string> {
  const file = [
    `FROM ${appImage}`,
    `RUN echo ${Buffer.from(program).toString('base64')} | base64 -d >/program && mkdir -p /db /cache && echo ${label} >/db/made && chown -R 33:33 /db /cache`,
    `VOLUME ${JSON.stringify(folders)}`, 'USER 33', 'STOPSIGNAL SIGTERM', 'ENTRYPOINT ["perl", "/program"]', '',
  ].join('\n')
  const id = (await on(server, 'DOCKER_BUILDKIT=0 docker build --quiet - 2>/dev/null', file)).replace('sha256:', 'i')
  await on(server, `docker tag ${id.slice(1)} homeport/${site}:${id}`)
  return id
}

export function databaseDraft(domain: string, version: string, more: Partial<ImageSource['app']> = {}): SiteDraft {
  return { domain, www: false, source: { kind: 'image', image: 'database:1', pinned: version, app: { port: 8000, startSeconds: 60, ...more } } }
}
