import type { TestServer } from '../testbed/index.ts'
import { on } from './pipeline.ts'

/** Ends dockerd, as a power cut does, once its bridge driver has noted a network of this bridge on the disk and nothing else has. */
const watcher = `
my ($bridge, $dockerd) = @ARGV;
open my $list, "<:raw", "/var/lib/docker/network/files/local-kv.db" or die;
sub first { sysseek $list, 0, 0; sysread $list, my $bytes, shift; $bytes }
sub known { my $count = () = first(64 << 20) =~ /"BridgeName":"$bridge"/g; $count }
my ($before, $end) = (known(), time + 20);
$| = 1;
print "watching\\n";
until (known() > $before) { die if time > $end }
# The two heads of the list say which of its states is valid.
my $head = first(8192);
while (first(8192) eq $head) { die if time > $end }
kill 9, $dockerd;
`

const script = `set -u
arguments=(--internal --driver bridge --label homeport=1 --subnet "$3" --gateway "$4" --opt "com.docker.network.bridge.name=$2" "$1")
for try in 1 2 3 4 5 6 7 8; do
  coproc WATCH { perl /run/watcher.pl "$2" "$(pidof dockerd)" 2>/dev/null; }
  watch=$WATCH_PID
  read -r _ <&"\${WATCH[0]}"
  docker network create "\${arguments[@]}" >/dev/null 2>&1
  wait "$watch" 2>/dev/null
  systemctl reset-failed docker.service
  timeout 30 sh -c 'until docker version >/dev/null 2>&1; do sleep 0.1; done'
  said=$(docker network create "\${arguments[@]}" 2>&1)
  case $said in *'networks have same bridge name'*) exit 0 ;; esac
  # Too early or too late: all of it is there.
  docker network rm "$1" >/dev/null
done
echo "No half of a network came about in $try tries: $said" >&2
exit 1
`

/** Leaves on a server what a power cut in the moment in which Docker makes a network can leave: the half of it. Hits in nine of ten tries. */
export async function leaveHalfNetwork(server: TestServer, network: { readonly name: string; readonly bridge: string; readonly subnet: string; readonly gateway: string }): Promise<void> {
  await on(server, 'cat >/run/watcher.pl', watcher)
  await on(server, `bash -s -- ${network.name} ${network.bridge} ${network.subnet} ${network.gateway}`, script)
}
