/** An attacker who has two names of a folder change places without a pause: whoever looks and then uses it sees two things. */
import type { TestServer } from '../testbed/index.ts'
import { on } from './pipeline.ts'

/** renameat2(2) with RENAME_EXCHANGE, until it is stopped; at the end the names are as they were. */
const program = `
my $call = { x86_64 => 316, aarch64 => 276 }->{(split ' ', \`uname -m\`)[0]};
my ($one, $other) = @ARGV;
my ($stop, $swaps) = (0, 0);
$SIG{TERM} = sub { $stop = 1 };
until ($stop && $swaps % 2 == 0) { syscall($call, -100, $one, -100, $other, 2) == 0 or die "$!\\n"; $swaps++ }`

/** Does some work while two paths of the server change places; gives what it gave. */
export async function whileSwapping<T>(server: TestServer, one: string, other: string, work: () => Promise<T>): Promise<T> {
  const pid = await on(server, `cat >/tmp/swapper && { perl /tmp/swapper '${one}' '${other}' >/tmp/swapper.log 2>&1 & echo $!; }`, program)
  try {
    return await work()
  } finally {
    await on(server, `kill ${pid}; tail --pid=${pid} -f /dev/null; if [ -s /tmp/swapper.log ]; then cat /tmp/swapper.log >&2; exit 1; fi`)
  }
}
