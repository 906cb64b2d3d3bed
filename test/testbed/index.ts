/** The test bed's public face: real servers, distance, git remotes and a browser for tests. */
export type { CommandResult } from './command.ts'
export { startDelayProxy, type DelayProxy } from './delay-proxy.ts'
export { startGitServer, type GitServer } from './git-server.ts'
export { ensureChromium, type OnProgress } from './prerequisites.ts'
export { startServer, type ServerOptions, type TestServer } from './server.ts'
export type { NewUser } from './server-access.ts'
export type { Distribution } from './vps-image.ts'
