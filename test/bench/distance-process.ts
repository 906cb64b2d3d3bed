/** The process behind `startDistance`: HOST SSH-PORT. */
import { startDelayProxy } from '../testbed/index.ts'
import type { DistanceAnswer, DistanceOrder } from './distance.ts'

const [host = '', port = '22'] = process.argv.slice(2)
const proxies = await Promise.all([Number(port), 443].map((to) => startDelayProxy({ host, port: to, rttMs: 0 })))
const answer: DistanceAnswer = { sshPort: proxies[0]!.port, httpsPort: proxies[1]!.port }
process.on('message', ({ rttMs }: DistanceOrder) => {
  for (const proxy of proxies) proxy.setRtt(rttMs)
  process.send!(answer)
})
process.on('disconnect', () => process.exit(0))
process.send!(answer)
