import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The page that leads in is good for the browser that is just being opened, and for no later one. */
const pageLastsMs = 60_000

/** How this system opens an address; null where nobody sits in front of a browser. */
export function browserCommand(url: string, platform: NodeJS.Platform = process.platform, environment: NodeJS.ProcessEnv = process.env): readonly [string, ...string[]] | null {
  if (platform === 'darwin') return ['open', url]
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url]
  if (environment['DISPLAY'] || environment['WAYLAND_DISPLAY']) return ['xdg-open', url]
  return null
}

/**
 * Opens the browser where there is one, at a page in `folder` that leads on to `url`: every user of this computer can read the
 * arguments of a program, but only this user the page, so the token in the address stays secret. Gives what takes the page away,
 * or null where no browser is opened. The address is printed as well, so a failure is only said.
 */
export function openBrowser(url: string, folder: string): (() => void) | null {
  // One page for each Homeport that runs: no two have one port.
  const page = join(folder, `enter-${new URL(url).port}.html`)
  const command = browserCommand(pathToFileURL(page).href)
  if (command === null) return null
  const say = (error: Error) => process.stderr.write(`The browser could not be opened (${error.message}). Open the address yourself.\n`)
  const remove = () => rmSync(page, { force: true })
  try {
    remove() // of a Homeport that was killed: its permissions are not to be relied on
    writeFileSync(page, leadTo(url), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    say(error as Error)
    return null
  }
  const timer = setTimeout(remove, pageLastsMs).unref()
  const [program, ...args] = command
  const child = spawn(program, args, { stdio: 'ignore', detached: true })
  child.on('error', say)
  child.unref()
  return () => {
    clearTimeout(timer)
    remove()
  }
}

/** The address is made of a number and base64url: there is nothing to escape. */
function leadTo(url: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${url}">
<title>Homeport</title>
</head>
<body><p><a href="${url}">Open Homeport</a></p></body>
</html>
`
}
