/** ssh2's SFTP client, which its own `Client.sftp()` makes over a channel of the subsystem. Not part of its typed interface. */
declare module 'ssh2/lib/protocol/SFTP.js' {
  import type { SFTPWrapper } from 'ssh2'

  interface Wire {
    readonly _protocol: {
      readonly _remoteIdentRaw: Buffer
      channelData(id: number, data: Buffer): void
      channelClose(id: number): void
    }
  }
  interface Window { id: number; state: 'open' | 'closing' | 'closed'; window: number; packetSize: number }
  interface Protocol extends SFTPWrapper {
    _init(): void
    push(data: Buffer | null): void
  }
  const module: { SFTP: new (wire: Wire, channel: { type: string; incoming: Window; outgoing: Window }, options: object) => Protocol }
  export default module
}
