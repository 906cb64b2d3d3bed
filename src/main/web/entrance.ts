import type { ServerResponse } from 'node:http'
import { authorization, sessionKey, sessionPath } from '../../shared/web-session.ts'

export const entranceScriptPath = '/enter.js'

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Homeport</title>
<style>
  body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.5rem }
</style>
</head>
<body>
<main>
<h1 id="title">This browser is not signed in to Homeport</h1>
<p id="text">Open the address that Homeport printed in its terminal. Each address works once, in one browser.</p>
<p>For a new address, press Enter in that terminal, or stop Homeport and start it again.</p>
</main>
<script type="module" src="${entranceScriptPath}"></script>
</body>
</html>
`

/**
 * Exchanges the token, which stands behind # so that no server, log or Referer header sees it, for a session, and keeps that
 * where only pages of this very port find it. A used address opened again in the same browser simply goes on.
 */
const script = `const token = location.hash.slice(1)
history.replaceState(null, '', location.pathname)
const isIn = async () => (await fetch('${sessionPath}', { headers: { authorization: '${authorization({ secret: '' })}' + (localStorage.getItem('${sessionKey}') ?? '').split('.')[0] } })).status === 204
const enter = async () => {
  if (token === '') return false
  const answer = await fetch('${sessionPath}', { method: 'POST', body: token })
  if (answer.ok) localStorage.setItem('${sessionKey}', await answer.text())
  return answer.ok
}
const isStorageOpen = () => {
  try { return localStorage.length >= 0 } catch { return false }
}
const say = (title, text) => {
  document.getElementById('title').textContent = title
  document.getElementById('text').textContent = text
}
try {
  if (!isStorageOpen()) say('This browser may not keep who is signed in', 'Allow 127.0.0.1 to save data in its settings, then open the address again.')
  else if (await enter() || await isIn()) location.replace('/')
  else if (token !== '') say('This address does not work any more', 'It was used before, or Homeport was started again since. Each address works once, in one browser.')
} catch {
  say('Homeport does not answer', 'Look in its terminal whether it is still running, then open the address again.')
}
`

/** For whoever has no session yet. */
export function sendEntrance(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }).end(page)
}

export function sendEntranceScript(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'no-store' }).end(script)
}
