/** Writes what the gather script says on real servers into `fixtures/`: run it after every change of the script. */
import { writeFile } from 'node:fs/promises'
import { askServer, installDocker, layOutSites, leaveServer, mustExec, reachServer } from './reached-server.ts'

for (const distribution of ['trixie', 'bookworm'] as const) {
  const reached = await reachServer(distribution)
  const record = async (name: string): Promise<void> => {
    await writeFile(new URL(`fixtures/${distribution}-${name}.gz`, import.meta.url), await askServer(reached.session))
  }
  // The test bed's own mirror is nothing that a fixture should know.
  const forgetMirror = 'echo {} > /etc/docker/daemon.json'
  try {
    const settings = await mustExec(reached.server, `cat /etc/docker/daemon.json; ${forgetMirror}`)
    await record('fresh')
    await mustExec(reached.server, 'cat > /etc/docker/daemon.json', settings)
    await layOutSites(reached.server, 2)
    await installDocker(reached.server)
    await mustExec(reached.server, `${forgetMirror}; systemctl restart docker; docker start shop`)
    await record('set-up')
    await mustExec(reached.server, 'systemctl stop docker.service')
    await record('docker-stopped')
  } finally {
    await leaveServer(reached)
  }
}
process.exit(0)
