import { test as base, expect, type BrowserContext, type Page } from '@playwright/test'
import { startGitServer, startServer, type GitServer, type TestServer } from '../testbed/index.ts'
import { keepScreens, type Screens } from './screens.ts'
import { startWebShell, type WebShell } from './web-shell.ts'

/** What a spec file plays on: one server, one app and one window, from its first test to its last. */
export interface Stage {
  readonly server: TestServer
  readonly git: GitServer
  readonly shell: WebShell
  readonly page: Page
  readonly screens: Screens
  /** Lets the window complain of what the test breaks on purpose, for the rest of this test. */
  allowComplaints(pattern: RegExp): void
}

export const test = base
export { expect }

/** Sets the stage of a file. The tests on it are one story: they run in order, and end with the first failure. `environment` is for the app, asked for once the hooks before this are done. */
export function setStage(prefix: string, environment: () => Readonly<Record<string, string>> = () => ({})): Stage {
  test.describe.configure({ mode: 'serial' })
  let stage: { server: TestServer; git: GitServer; shell: WebShell; context: BrowserContext; page: Page; screens: Screens } | null = null
  const onStage = () => { if (stage === null) throw new Error('The stage is not set before the first test.'); return stage }
  const complaints: string[] = []
  const allowed: RegExp[] = []

  test.beforeAll(async ({ browser }) => {
    const [server, git, shell] = await Promise.all([startServer(), startGitServer(), startWebShell(environment())])
    const context = await browser.newContext({ reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'] })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`) })
    page.on('pageerror', (error) => complaints.push(`thrown: ${error.stack ?? error.message}`))
    stage = { server, git, shell, context, page, screens: keepScreens(page, prefix) }
    await page.goto(shell.url)
  })
  test.afterEach(() => {
    const unexpected = complaints.splice(0).filter((text) => !allowed.some((pattern) => pattern.test(text)))
    allowed.length = 0
    expect(unexpected, 'what the window complained of').toEqual([])
  })
  test.afterAll(async () => {
    if (stage === null) return
    await stage.context.close()
    await stage.shell.close()
    await Promise.all([stage.git.stop(), stage.server.stop()])
  })
  return {
    get server() { return onStage().server }, get git() { return onStage().git }, get shell() { return onStage().shell },
    get page() { return onStage().page }, get screens() { return onStage().screens },
    allowComplaints: (pattern) => void allowed.push(pattern),
  }
}
