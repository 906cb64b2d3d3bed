import type { TestServer } from '../testbed/index.ts'
import { on } from './pipeline.ts'

/** Lets the interval of a site's pulls pass at once: how long it is, is systemd's to keep. */
export async function passInterval(server: TestServer, siteId: string): Promise<void> {
  const timer = `homeport-${siteId}-pull.timer`
  const folder = `/run/systemd/system/${timer}.d`
  await on(server, `mkdir -p ${folder} && printf '[Timer]\nOnActiveSec=1\nRandomizedDelaySec=0\nAccuracySec=100ms\n' >${folder}/soon.conf && systemctl daemon-reload && systemctl restart ${timer}`)
  await on(server, `sleep 2; rm -r ${folder} && systemctl daemon-reload && systemctl restart ${timer}`)
}
