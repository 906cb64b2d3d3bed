import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

/** Debian's Chromium where it is installed; else the one that Playwright downloads. */
const systemChromium = '/usr/bin/chromium'
const executablePath = process.env['CHROMIUM'] ?? (existsSync(systemChromium) ? systemChromium : undefined)

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  reporter: 'list',
  workers: 1,
  // The last resort: whatever a test waits for has a shorter limit of its own, and says what it waited for.
  timeout: 900_000,
  expect: { timeout: 20_000 },
  use: {
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      // Chromium's sandbox does not start as root.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  projects: [
    { name: 'web', testIgnore: '**/electron.spec.ts', use: { browserName: 'chromium', viewport: { width: 1280, height: 860 } } },
    { name: 'electron', testMatch: '**/electron.spec.ts' },
  ],
})
