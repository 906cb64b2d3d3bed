import './certificate.css'
import { Stack, Text } from '@mantine/core'
import { type CertificateAttempt, isGood } from '../../shared/certificate.ts'
import { attemptWords, obstacleOf } from './certificate-words.ts'
import { CodeBlock } from './code-block.tsx'
import { Disclosure } from './disclosure.tsx'
import { Ago } from './now.tsx'
import { formatMoment } from './quantity.ts'
import { ToneIcon } from './state-badge.tsx'

/** Why an attempt failed, what to do, and what was said exactly. */
export function AttemptExplanation({ attempt }: { attempt: CertificateAttempt }) {
  const { meaning, advice } = attemptWords(attempt)
  return (
    <Stack gap={8}>
      <Text fz="sm">{meaning}</Text>
      {advice !== '' && <Text fz="sm"><strong>What to do:</strong> {advice}</Text>}
      {attempt.detail !== '' && <CodeBlock label="What was said" code={attempt.detail} wrap copyLabel="Copy the details" />}
    </Stack>
  )
}

/** What the server tried, newest first. */
export function AttemptList({ attempts }: { attempts: readonly CertificateAttempt[] }) {
  if (attempts.length === 0) return <Text c="dimmed" fz="sm">Nothing was tried yet.</Text>
  return (
    <ul className="hp-list" aria-label="Attempts">
      {attempts.map((attempt, index) => {
        const good = isGood(attempt.code)
        return (
          <li key={`${attempt.at}-${index}`} className="hp-attempt">
            <ToneIcon tone={good ? 'good' : obstacleOf(attempt.code) === 'person' ? 'bad' : 'warn'} size={18} />
            <div>
              <Text fz="sm" fw={560}>{attemptWords(attempt).title}</Text>
              <Text fz="xs" c="dimmed"><Ago at={attempt.at} />, {formatMoment(attempt.at)}</Text>
              {!good && <div style={{ marginTop: 4 }}><Disclosure label="Why did it fail?" openLabel="Hide why"><AttemptExplanation attempt={attempt} /></Disclosure></div>}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
