import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readProcessEnvironment } from '../process-environment.ts'
import { createServices } from '../services.ts'
import { parseOptions, usage, type WebOptions } from './options.ts'
import { startWebShell } from './start.ts'
import { sayError } from '../bridge/standard-error.ts'

/** Milliseconds that closing connections to servers may take before the process ends anyway. */
const closingTimeoutMs = 5000
/** This file is built to out/main/. */
const appDir = resolve(import.meta.dirname, '../..')

function readOptions(): WebOptions {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`)
    process.exit(2)
  }
}

async function main(): Promise<void> {
  const options = readOptions()
  if (options.help) return void process.stdout.write(usage)
  const { version } = JSON.parse(readFileSync(join(appDir, 'package.json'), 'utf8')) as { version: string }
  const shell = await startWebShell(options, version, join(appDir, 'out/renderer'), (conf) =>
    createServices({ shell: 'web', version, conf, secretBox: null, resourcesDir: join(appDir, 'resources'), appDir, ...readProcessEnvironment(process.env) }))
  const stop = () => {
    setTimeout(() => process.exit(1), closingTimeoutMs).unref()
    shell.close().then(() => process.exit(0), (error: unknown) => {
      sayError(`homeport: closing failed: ${String(error)}`)
      process.exit(1)
    })
  }
  // Once each: a second Ctrl+C ends the process at once.
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

main().catch((error: unknown) => {
  process.stderr.write(`Homeport could not start: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
