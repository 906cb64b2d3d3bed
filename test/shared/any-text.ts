import fc from 'fast-check'

/** Any text at all, half surrogates among it. Much faster than fast-check's own `binary` and `grapheme` units. */
export const anyText = (maxLength = 12): fc.Arbitrary<string> =>
  fc.array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff })), { maxLength }).map((codes) => String.fromCharCode(...codes))
