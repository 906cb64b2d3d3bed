import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import type { Download, Locator } from '@playwright/test'
import yauzl from 'yauzl'
import { approve, connectWithKey, drawer, expectPublished, expectSetUp, finish, openSiteMenu, startSetUp } from './flows.ts'
import { expect, setStage, test } from './fixtures.ts'
import { makeFolder } from './site-files.ts'
import { visit } from './visitor.ts'

/** The files of a site, its services, and people's own SFTP programs, in the window on a real server. */
const stage = setStage('files-')
const domain = 'files.homeport.test'

const row = (name: string) => stage.page.getByRole('row').filter({ has: stage.page.getByRole('button', { name, exact: true }) })
const open = (name: string) => stage.page.getByRole('button', { name, exact: true }).click()
async function act(name: string, item: string): Promise<void> {
  await stage.page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click()
  await stage.page.getByRole('menuitem', { name: item }).click()
}
async function add(item: string): Promise<void> {
  await stage.page.getByRole('button', { name: 'Add', exact: true }).click()
  await stage.page.getByRole('menuitem', { name: item }).click()
}
async function download(start: () => Promise<void>): Promise<{ name: string; content: Buffer }> {
  const waiting = stage.page.waitForEvent('download')
  await start()
  const found: Download = await waiting
  return { name: found.suggestedFilename(), content: readFileSync(await found.path()) }
}
/** Files and folders of this computer, dropped as by a mouse. */
async function drop(onto: Locator, files: string[]): Promise<void> {
  const box = await onto.boundingBox()
  if (box === null) throw new Error('There is nothing to drop onto.')
  const session = await stage.page.context().newCDPSession(stage.page)
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, data: { items: [], files, dragOperationsMask: 1 } }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, ...at })
  await session.detach()
}
const onServer = async (command: string): Promise<string> => (await stage.server.exec(command)).stdout.trim()

test('begins with a site from a folder', async () => {
  const { page, server } = stage
  await connectWithKey(page, server)
  await startSetUp(page)
  await expectSetUp(page)
  await page.getByRole('link', { name: 'Go to the server' }).click()
  await page.getByRole('link', { name: 'Add your first site' }).click()
  await page.getByLabel('Domain', { exact: true }).fill(domain)
  await page.getByLabel('Folder of the site').setInputFiles(makeFolder('site', { 'index.html': '<!doctype html>\n<h1 class="old">Old</h1>\n', 'css/site.css': 'body { margin: 0 }\n', 'css/deep/er.css': 'a {}' }))
  await expect(page.getByText('On the server, not published yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await approve(page)
  await expectPublished(page, domain)
  await page.getByRole('link', { name: 'Go to the sites' }).click()
})

test('shows the files of the site, with links that lead out, and names of every kind', async () => {
  const { page, screens } = stage
  await onServer(`cd /srv/homeport/${domain}/current && ln -s /etc/passwd out && ln -s css styles && touch "$(printf 'invoice\\342\\200\\256gnp.exe')" "$(printf 'two\\nlines')" '<img src=x onerror=alert(1)>' "$(printf 'gr\\366e')" && chown -h homeport: *`)
  await openSiteMenu(page, domain, 'Files')
  await expect(row('index.html')).toContainText('rw-r--r--')
  await expect(page.getByText('leads out of these files, or nowhere: not followed')).toBeVisible()
  await expect(row('invoice⟨U+202E⟩gnp.exe')).toBeVisible()
  await expect(row('<img src=x onerror=alert(1)>')).toBeVisible()
  await screens.keep('list')
  await page.getByRole('button', { name: 'Give it a readable name' }).click()
  await expect(row('gr%F6e')).toBeVisible()
  await open('styles')
  await expect(row('site.css')).toBeVisible()
  await open('deep')
  await expect(row('er.css')).toBeVisible()
  await page.goBack()
  await page.getByRole('navigation', { name: 'Folders' }).getByRole('link', { name: 'Files' }).click()
  await expect(row('index.html')).toBeVisible()
})

test('edits a page, which visitors see at once, and not over what somebody else wrote', async () => {
  const { page, server, screens } = stage
  await open('index.html')
  const text = page.getByRole('textbox', { name: 'Text of index.html' })
  await expect(text).toContainText('Old')
  await text.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText('<!doctype html>\n<h1 class="new">Größer</h1>\n')
  await expect(page.getByText('Not saved yet.')).toBeVisible()
  await screens.keep('editor')
  await page.getByRole('navigation', { name: 'Folders' }).getByRole('link', { name: 'Files' }).click()
  await open('index.html')
  await expect(page.getByText('What you had typed is here again')).toBeVisible()
  await expect(text).toContainText('Größer')
  await text.click()
  await page.keyboard.press('ControlOrMeta+s')
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible()
  expect((await visit(server, domain)).body).toBe('<!doctype html>\n<h1 class="new">Größer</h1>\n')

  await onServer(`echo theirs >/srv/homeport/${domain}/current/index.html`)
  await text.click()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.insertText('mine\n')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Somebody else changed this text meanwhile')).toBeVisible()
  await screens.keep('conflict')
  await page.getByRole('button', { name: 'Keep mine, replace theirs' }).click()
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible()
  expect((await visit(server, domain)).body).toContain('mine')
  await page.getByRole('button', { name: 'Back to the files' }).click()
})

test('makes folders and texts, and takes files and folders from this computer', async () => {
  const { page, server, screens } = stage
  await add('New folder …')
  await page.getByLabel('Name of the folder').fill('css')
  await page.getByRole('button', { name: 'Make the folder' }).click()
  await expect(page.getByText('There is something with this name already.')).toBeVisible()
  await page.getByLabel('Name of the folder').fill('pictures')
  await page.getByRole('button', { name: 'Make the folder' }).click()
  await expect(row('pictures')).toBeVisible()
  await open('pictures')
  await expect(page.getByText('This folder is empty')).toBeVisible()
  await screens.keep('empty')
  await page.getByLabel('Files to upload').setInputFiles([{ name: 'a b.txt', mimeType: 'text/plain', buffer: Buffer.from('one') }, { name: 'large.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3_000_000, 7) }])
  await expect(page.getByText('2 files arrived (3 MB)')).toBeVisible()
  expect((await visit(server, domain, '/pictures/a%20b.txt')).body).toBe('one')
  await expect(row('a b.txt')).toBeVisible()
  await page.getByLabel('Files to upload').setInputFiles([{ name: 'a b.txt', mimeType: 'text/plain', buffer: Buffer.from('two') }])
  await screens.keep('replace')
  await page.getByRole('dialog').getByRole('button', { name: 'Replace', exact: true }).click()
  await expect(page.getByText('1 file arrived (3 B)')).toBeVisible()
  expect((await visit(server, domain, '/pictures/a%20b.txt')).body).toBe('two')
  await drop(page.getByRole('table', { name: 'Files in pictures' }), [makeFolder('dropped', { 'inside/1.txt': 'dropped' })])
  await expect(row('dropped')).toBeVisible()
  expect((await visit(server, domain, '/pictures/dropped/inside/1.txt')).body).toBe('dropped')
  await page.getByLabel('Folder to upload').setInputFiles(makeFolder('album', { 'x/1.txt': 'x1', 'y/2.txt': 'y2', '.git/config': 'secret' }))
  await expect(row('album')).toBeVisible()
  expect((await visit(server, domain, '/pictures/album/y/2.txt')).body).toBe('y2')
  expect(await onServer(`find /srv/homeport/${domain}/current/pictures -name .git | wc -l; find /srv/homeport/${domain}/.homeport/incoming -type f | wc -l`)).toBe('0\n0')
})

test('renames and downloads: a file as it is, a folder as a .zip', async () => {
  const { page } = stage
  await act('a b.txt', 'Rename …')
  await page.getByLabel('New name').fill('c/d')
  await page.getByRole('button', { name: 'Rename', exact: true }).click()
  await expect(page.getByText('A name has no slash.')).toBeVisible()
  await page.getByLabel('New name').fill('größe "1".txt')
  await page.getByRole('button', { name: 'Rename', exact: true }).click()
  await expect(row('größe "1".txt')).toBeVisible()
  const file = await download(() => act('größe "1".txt', 'Download'))
  // Browsers replace what no file name may hold on some system.
  expect(file.name).toMatch(/^größe .1.\.txt$/)
  expect(file.content.toString()).toBe('two')
  const zip = await download(() => act('album', 'Download'))
  expect(zip.name).toBe('album.zip')
  const found: string[] = []
  const opened = await yauzl.fromBufferPromise(zip.content, {})
  for await (const entry of opened.eachEntry()) if (!entry.fileName.endsWith('/')) found.push(`${entry.fileName}=${(await buffer(await opened.openReadStreamPromise(entry))).toString()}`)
  expect(found.sort()).toEqual(['album/x/1.txt=x1', 'album/y/2.txt=y2'])
})

test('deletes into the trash, brings back, and empties it', async () => {
  const { page, server, screens } = stage
  await page.getByRole('checkbox', { name: 'Select album', exact: true }).check()
  await page.getByRole('checkbox', { name: 'Select large.bin', exact: true }).check()
  await screens.keep('selected')
  await page.getByRole('button', { name: 'Move 2 to the trash' }).click()
  await expect(row('album')).toBeHidden()
  expect((await visit(server, domain, '/pictures/album/y/2.txt')).status).toBe(404)
  await page.getByRole('button', { name: 'Trash', exact: true }).click()
  await expect(page.getByRole('button', { name: /^Bring back / })).toHaveCount(2)
  await screens.keep('trash')
  await page.getByRole('button', { name: 'Bring back pictures/album' }).click()
  await expect(page.getByRole('button', { name: /^Bring back / })).toHaveCount(1)
  expect((await visit(server, domain, '/pictures/album/y/2.txt')).body).toBe('y2')
  await page.getByRole('button', { name: 'Empty the trash …' }).click()
  await page.getByRole('button', { name: 'Delete it for ever' }).click()
  await expect(page.getByText('The trash is empty')).toBeVisible()
  await page.getByRole('button', { name: 'Back to the files' }).click()
})

test('lets a person in with a program of their own, into these files only, and out again', async () => {
  const { page, server, screens } = stage
  const folder = makeFolder('keys', { 'placeholder': '' })
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'kim@laptop', '-f', `${folder}/id`])
  await page.getByRole('button', { name: 'Let somebody in' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Public key').fill(readFileSync(`${folder}/id`, 'utf8'))
  await dialog.getByRole('button', { name: 'Review the changes' }).click()
  await expect(dialog.getByLabel('Public key')).toHaveAccessibleDescription(/private/i)
  await dialog.getByLabel('Public key').fill(readFileSync(`${folder}/id.pub`, 'utf8'))
  await screens.keep('key')
  await dialog.getByRole('button', { name: 'Review the changes' }).click()
  const letIn = drawer(page, /^Let kim@laptop into the files/)
  await approve(letIn)
  await finish(letIn)
  await expect(page.getByText('site-1', { exact: true })).toBeVisible()
  await screens.keep('program')
  const sftp = (commands: string): string => execFileSync('sftp', ['-q', '-b', '-', '-P', String(server.port), '-i', `${folder}/id`, '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'IdentitiesOnly=yes', `site-1@${server.host}`], { input: commands, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
  expect(sftp('cd pictures\nls\n')).toContain('album')
  for (const path of ['/etc/shadow', '/srv/homeport', '/var', '/root']) expect(() => sftp(`ls ${path}\n`), path).toThrow()
  await page.getByRole('button', { name: 'Remove the key of kim@laptop' }).click()
  const letOut = drawer(page, /^Take the key of kim@laptop away/)
  await approve(letOut)
  await finish(letOut)
  expect(() => sftp('ls\n')).toThrow()
})

test('shows what systemd knows, stops a unit with a warning, and starts it again', async () => {
  const { page, server, screens } = stage
  await page.getByRole('tab', { name: 'Services' }).click()
  const shared = page.getByRole('region', { name: 'What it stands on' })
  const web = shared.getByRole('group', { name: 'homeport-static.service' })
  await expect(web).toContainText('Running')
  await web.getByRole('button', { name: 'What systemd knows' }).click()
  await expect(web.getByRole('region', { name: 'File /etc/systemd/system/homeport-static.service' })).toContainText('ExecStart=')
  await screens.keep('services')
  await web.getByRole('button', { name: /^Actions for Web server/ }).click()
  await page.getByRole('menuitem', { name: 'Stop' }).click()
  await expect(page.getByText('No site that is made of files answers any more until it is started again.')).toBeVisible()
  await page.getByRole('button', { name: 'Stop it' }).click()
  await finish(drawer(page, 'Stop homeport-static.service'))
  await expect(web).toContainText('Stopped')
  await web.getByRole('button', { name: /^Actions for Web server/ }).click()
  await page.getByRole('menuitem', { name: 'Start' }).click()
  await finish(drawer(page, 'Start homeport-static.service'))
  await expect(web).toContainText('Running')
  expect((await visit(server, domain)).status).toBe(200)
  await web.getByRole('button', { name: /^Actions for Web server/ }).click()
  await page.getByRole('menuitem', { name: 'Logs' }).click()
  await expect(page.getByRole('log', { name: 'Log lines' })).toContainText('homeport-static')
  await page.getByRole('tab', { name: 'Services' }).click()
  await expect(page.getByRole('region', { name: 'For all sites' }).getByRole('group', { name: 'homeport-proxy.service' })).toContainText('Running')
  await screens.keep('server-services')
})
