/**
 * How a browser shows the web shell that it was let in. Not by a cookie: browsers send those to every port of 127.0.0.1, where another
 * user of this computer may listen. The secret lies in the storage of the page's origin, which the port is part of, and is sent by its scripts.
 */

/** Exchanges a token (POST) for a session, or tells whether one is good (GET). */
export const sessionPath = '/session'
/** Where a browser without a session is told how to come in. */
export const entrancePath = '/enter'
/** Where the page keeps its session. */
export const sessionKey = 'homeport-session'
/** The subprotocol of the WebSocket; the secret is offered behind it, since scripts can set no other header there. */
export const wireProtocol = 'homeport'

/**
 * What a session consists of: the page shows `secret`, and Homeport shows `answer` as its first message on the WebSocket. Whoever listens on
 * Homeport's port after its end does not know the answer, so a window that was left open does not take that for Homeport.
 */
export interface WebSession { readonly secret: string; readonly answer: string }

export function sessionText({ secret, answer }: WebSession): string {
  return `${secret}.${answer}`
}

/** Null where this is none. */
export function readSession(text: string | null): WebSession | null {
  const [, secret, answer] = /^([\w-]{43})\.([\w-]{43})$/.exec(text ?? '') ?? []
  return secret === undefined || answer === undefined ? null : { secret, answer }
}

export function authorization({ secret }: Pick<WebSession, 'secret'>): string {
  return `Bearer ${secret}`
}
