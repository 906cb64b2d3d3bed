import type { Duplex, Readable } from 'node:stream'

/**
 * A command for the server, run by bash. `script` is constant text that ships with the app;
 * values travel in `args` (as "$1", "$2" ...) or in `input`, never inside the script.
 */
export interface RemoteCommand {
  /** For messages and measurements: "gather", "start-run". */
  readonly name: string
  readonly script: string
  readonly args?: readonly string[]
  /** What the command reads on its standard input. */
  readonly input?: string | Buffer | Readable
  /** Root (through sudo where needed) unless false. */
  readonly asRoot?: boolean
  /** Exit codes that are answers and not failures; [0] unless said. */
  readonly expectedExitCodes?: readonly number[]
  /** Give up after this many milliseconds without an end; none unless said. */
  readonly timeoutMs?: number
}

export interface RemoteResult { readonly stdout: Buffer; readonly stderr: string; readonly exitCode: number }

/** A command that goes on: its output is a stream with back-pressure down to the server. */
export interface RemoteProcess {
  readonly stdout: Readable
  /** The exit code, or null where the process ended by a signal. Rejects with `connection-lost` when the line drops. */
  readonly exit: Promise<number | null>
  /** Ends the remote process and its children. */
  stop(): void
}

/** One SSH connection to one server, shared by everything that talks to it. */
export interface Session {
  /** Runs to the end. Throws HomeportError `command-failed` (with stderr as detail), `connection-lost` or a sudo code. */
  run(command: RemoteCommand): Promise<RemoteResult>
  open(command: RemoteCommand): Promise<RemoteProcess>
  /** How root is reached. */
  readonly sudo: 'root' | 'without-password' | 'with-password'
  /** Channels opened since connecting: what benchmarks count as exchanges. */
  readonly exchanges: number
  /** Where TCP connections to the server's own ports go from this computer. */
  readonly host: string
  /** Called once when the line is lost or closed. */
  onClosed(listener: (error: Error | null) => void): () => void
  close(): void
}

/** A session that can also carry other protocols: what `docker/` needs. */
export interface SocketSession extends Session {
  /** A connection to a Unix socket on the server, made by sshd as the user who logged in. Rejects where that may not be. */
  openSocket(path: string): Promise<Duplex>
  /** The standard input and output of a command as one socket-like stream. */
  openDuplex(command: Omit<RemoteCommand, 'input' | 'timeoutMs'>): Promise<Duplex>
}
