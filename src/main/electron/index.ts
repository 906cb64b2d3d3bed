import { app, dialog } from 'electron'
import { startApp } from './start.ts'

startApp().catch((error: unknown) => {
  process.stderr.write(`Homeport could not start: ${error instanceof Error ? error.stack : String(error)}\n`)
  // Whoever started it from a menu sees no terminal.
  dialog.showErrorBox('Homeport could not start', error instanceof Error ? error.message : String(error))
  app.exit(1)
})
