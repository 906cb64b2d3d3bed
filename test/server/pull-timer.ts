import type { TestServer } from '../testbed/index.ts'
import { on } from './pipeline.ts'

/** Lets the interval of a site's pulls pass at once: how long it is, is systemd's to keep. */
export async function passInterval(server: TestServer, siteId: string): Promise<void> {
  const timer = `homeport-${siteId}-pull.timer`
  const folder = `/run/systemd/system/${timer}.d`
  const lastStart = `systemctl show --property=ExecMainStartTimestampMonotonic --value $(systemctl show --property=Unit --value ${timer})`
  const before = await on(server, lastStart)
  await on(server, `mkdir -p ${folder} && printf '[Timer]\nOnActiveSec=1\nRandomizedDelaySec=0\nAccuracySec=100ms\n' >${folder}/soon.conf && systemctl daemon-reload && systemctl restart ${timer}`)
  await on(server, `for i in $(seq 100); do [ "$(${lastStart})" = "${before}" ] || break; sleep 0.2; done; rm -r ${folder} && systemctl daemon-reload && systemctl restart ${timer}`)
}
