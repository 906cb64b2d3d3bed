import { readFileSync } from 'node:fs'
import type { Facts } from '../../src/main/facts/facts.ts'
import { parseFacts } from '../../src/main/facts/parse-facts.ts'

export type FixtureName = `${'trixie' | 'bookworm'}-${'fresh' | 'set-up' | 'docker-stopped'}`

/** Facts from an answer that a real server gave (see `record-fixtures.ts`). */
export function readFixture(name: FixtureName): Promise<Facts> {
  return parseFacts(readFileSync(new URL(`fixtures/${name}.gz`, import.meta.url)))
}
