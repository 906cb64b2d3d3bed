/** A page has loaded: whatever an earlier page of this window had open ends. */
export const attachChannel = 'homeport:attach'
/** Messages of `wire.ts` as text, both ways. */
export const messageChannel = 'homeport:message'
