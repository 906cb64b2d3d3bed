import { spawn } from 'node:child_process'

/** How this system opens an address; null where nobody sits in front of a browser. */
export function browserCommand(url: string, platform: NodeJS.Platform = process.platform, environment: NodeJS.ProcessEnv = process.env): readonly [string, ...string[]] | null {
  if (platform === 'darwin') return ['open', url]
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url]
  if (environment['DISPLAY'] || environment['WAYLAND_DISPLAY']) return ['xdg-open', url]
  return null
}

/** Opens the browser where there is one. The address is printed as well, so a failure is only said. */
export function openBrowser(url: string): void {
  const command = browserCommand(url)
  if (command === null) return
  const [program, ...args] = command
  const child = spawn(program, args, { stdio: 'ignore', detached: true })
  child.on('error', (error) => process.stderr.write(`The browser could not be opened (${error.message}). Open the address yourself.\n`))
  child.unref()
}
