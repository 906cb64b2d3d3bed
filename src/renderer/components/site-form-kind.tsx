import { Radio, Text } from '@mantine/core'
import { IconArrowForwardUp, IconBox, IconBrandDocker, IconBrandGit, IconFolderUp, IconHammer, IconPlugConnected } from '@tabler/icons-react'
import { Controller, useFormContext } from 'react-hook-form'
import type { SourceKind } from '../../shared/site-source.ts'
import type { SiteFormValues } from './site-values.ts'

interface Kind { readonly kind: SourceKind; readonly Icon: typeof IconBox; readonly title: string; readonly text: string }
const groups: readonly { readonly title: string; readonly kinds: readonly Kind[] }[] = [
  { title: 'Files', kinds: [
    { kind: 'upload', Icon: IconFolderUp, title: 'A folder or archive from this computer', text: 'You publish by hand, whenever you like.' },
    { kind: 'git', Icon: IconBrandGit, title: 'A git repository', text: 'The server pulls it by itself, again and again.' },
  ] },
  { title: 'A program', kinds: [
    { kind: 'build', Icon: IconBrandDocker, title: 'A Dockerfile in a git repository', text: 'The server builds and runs it, and builds again when it changes.' },
    { kind: 'image', Icon: IconBox, title: 'A container image', text: 'Ready-made programs, such as a blog, a wiki or a shop.' },
  ] },
  { title: 'Something else', kinds: [
    { kind: 'address', Icon: IconPlugConnected, title: 'Another address', text: 'A program that runs on this server already, or another server.' },
    { kind: 'redirect', Icon: IconArrowForwardUp, title: 'A redirect', text: 'Visitors are led to another address.' },
    { kind: 'notice', Icon: IconHammer, title: 'A maintenance page', text: 'A short notice, for as long as there is nothing else.' },
  ] },
]

/** What the site is made of. */
export function KindField() {
  const { control } = useFormContext<SiteFormValues>()
  return (
    <Controller control={control} name="kind" render={({ field }) => (
      <Radio.Group label="What is the site made of?" {...field}>
        {groups.map(({ title, kinds }) => (
          <div key={title} role="group" aria-label={title}>
            <Text fz="xs" c="dimmed" fw={600} mt="sm" mb={4}>{title}</Text>
            <div className="hp-choice">
              {kinds.map(({ kind, Icon, title: name, text }) => (
                <label key={kind} className="hp-choice-card" data-checked={field.value === kind || undefined}>
                  <Icon size={22} stroke={1.5} aria-hidden />
                  <div style={{ flex: 1 }}><Text fz="sm" fw={600}>{name}</Text><Text fz="xs" c="dimmed">{text}</Text></div>
                  <Radio value={kind} aria-label={name} size="xs" />
                </label>
              ))}
            </div>
          </div>
        ))}
      </Radio.Group>
    )} />
  )
}
