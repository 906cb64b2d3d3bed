import { app } from 'electron'
import { startApp } from './start.ts'

startApp().catch((error: unknown) => {
  process.stderr.write(`Homeport could not start: ${error instanceof Error ? error.stack : String(error)}\n`)
  app.exit(1)
})
