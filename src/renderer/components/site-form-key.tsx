import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useFormContext, useWatch } from 'react-hook-form'
import { GitUrl } from '../../shared/git-source.ts'
import { api } from '../api.ts'
import { CodeBlock } from './code-block.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { Notice } from './notice.tsx'
import { useProblem } from './site-form-fields.tsx'
import type { SiteFormValues } from './site-values.ts'
import { useAsk } from './unlock.tsx'

/** For private repositories: a key of the server's own, and the git server's own key that a person agrees to. */
export function DeployKeyField({ serverId, url }: { serverId: string; url: string }) {
  const { control, setValue } = useFormContext<SiteFormValues>()
  const key = useWatch({ control, name: 'repository.key' })
  const problem = useProblem('repository.key')
  const ask = useAsk(serverId)
  const [agreedUrl, setAgreedUrl] = useState(key === null ? '' : url)
  const isWhole = GitUrl.safeParse(url).success
  const make = useMutation({
    mutationFn: async () => {
      const [made, { keys }] = await Promise.all([key === null || key.hostKeys.length === 0 ? ask(() => api.call('server.make-deploy-key', { serverId })) : { secret: key.secret, publicKey: key.publicKey }, ask(() => api.call('server.git-host-keys', { serverId, url }))])
      return { made, keys }
    },
  })
  const found = make.data
  const hosters = [...new Set((found?.keys ?? []).flatMap(({ knownAs }) => knownAs ?? []))]
  const agree = (agrees: boolean): void => {
    setAgreedUrl(agrees ? url : '')
    setValue('repository.key', agrees && found !== undefined ? { ...found.made, hostKeys: found.keys.map(({ publicKey }) => publicKey) } : null, { shouldValidate: agrees })
  }
  const publicKey = key?.publicKey ?? found?.made.publicKey
  const isAgreed = key !== null && agreedUrl === url
  return (
    <div role="group" aria-label="Key for the private repository" className="hp-fingerprint">
      <Stack gap="sm">
        <Text fz="sm">The server reads this repository with a key of its own. Its secret half never leaves the server.</Text>
        {publicKey === undefined
          ? <Group><Button size="xs" onClick={() => make.mutate()} loading={make.isPending} disabled={!isWhole}>Make a key</Button>{!isWhole && <Text fz="xs" c="dimmed">Type the whole address first.</Text>}</Group>
          : <div><Text fz="sm" fw={500} mb={4}>1. Add this key to the repository</Text><CodeBlock code={publicKey} label="Deploy key" copyLabel="Copy the key" wrap />
            <Text fz="xs" c="dimmed" mt={4}>At GitHub, GitLab, Codeberg and Forgejo: Settings of the repository, “Deploy keys”. Reading is enough.</Text></div>}
        {make.isError && <ErrorNotice error={make.error} onRetry={() => make.mutate()} />}
        {publicKey !== undefined && found === undefined && <Group gap="xs">{isAgreed && <Text fz="sm">You have agreed to the git server’s own key.</Text>}<Button size="compact-sm" variant="default" loading={make.isPending} onClick={() => make.mutate()}>{isAgreed ? 'Check it again' : 'Check the git server'}</Button></Group>}
        {found !== undefined && (
          <div>
            <Text fz="sm" fw={500} mb={4}>2. Is this the git server’s own key?</Text>
            <ul className="hp-list" aria-label="Keys of the git server">{found.keys.map(({ sha256, publicKey: text, knownAs }) => <li key={sha256}><Text fz="sm" className="hp-mono">{sha256}</Text><Text fz="xs" c="dimmed">{text.split(' ')[0]}{knownAs === null ? '' : `, published by ${knownAs}`}</Text></li>)}</ul>
            {hosters.length > 0 ? <Notice tone="good" title={`This is ${hosters.join(' and ')}`}>The key is the one that it publishes.</Notice> : <Text fz="xs" c="dimmed" mt={6}>Compare one of them with what the git server’s owner publishes. Whoever stands in between has another one.</Text>}
            <Checkbox mt="sm" label="Yes, this is the git server" checked={isAgreed} onChange={(event) => agree(event.currentTarget.checked)} error={problem} />
          </div>
        )}
        {found === undefined && problem !== undefined && <Text fz="xs" role="alert" className="hp-tone-bad">{problem}</Text>}
      </Stack>
    </div>
  )
}
