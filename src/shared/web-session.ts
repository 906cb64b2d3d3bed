/**
 * How a browser shows the web shell that it was let in. Not by a cookie: browsers send those to every port of 127.0.0.1, where another
 * user of this computer may listen. The secret lies in the storage of the page's origin, which the port is part of, and is sent by its scripts.
 */

/** Exchanges a token (POST) for the secret of a session, or tells whether one is good (GET). */
export const sessionPath = '/session'
/** Where a browser without a session is told how to come in. */
export const entrancePath = '/enter'
/** Where the page keeps the secret. */
export const sessionKey = 'homeport-session'
/** The subprotocol of the WebSocket; the secret is offered behind it, since scripts can set no other header there. */
export const wireProtocol = 'homeport'

export function authorization(secret: string): string {
  return `Bearer ${secret}`
}
