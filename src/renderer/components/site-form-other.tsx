import { Stack, Text, Textarea } from '@mantine/core'
import { useFormContext } from 'react-hook-form'
import { Disclosure } from './disclosure.tsx'
import { SwitchField, TextField, useProblem } from './site-form-fields.tsx'
import type { SiteFormValues } from './site-values.ts'

export function AddressFields() {
  return (
    <Stack>
      <TextField name="address.url" label="Address" description="With its port. 127.0.0.1 is the server itself." placeholder="http://127.0.0.1:3000" />
      <Disclosure label="More about the address">
        <Stack>
          <SwitchField name="address.keepHost" label="Ask by the site’s own domain" description="Off: by the name in the address. Other people’s servers often know only that." />
          <SwitchField name="address.verify" label="Check its certificate" description="For addresses with https. Off only for a certificate of your own making." />
        </Stack>
      </Disclosure>
    </Stack>
  )
}

export function RedirectFields() {
  return (
    <Stack>
      <TextField name="redirect.to" label="Lead visitors to" placeholder="https://example.org/" />
      <SwitchField name="redirect.keepPath" label="Keep the path" description="Who asks for /about here is led to /about there." />
      <SwitchField name="redirect.permanent" label="For good" description="Browsers and search engines remember it. Leave it off while you are not sure." />
    </Stack>
  )
}

export function NoticeFields() {
  const { register } = useFormContext<SiteFormValues>()
  const problem = useProblem('notice.text')
  return (
    <Stack>
      <TextField name="notice.title" label="Title" />
      <Textarea label="Text" {...register('notice.text')} error={problem} autosize minRows={2} maxRows={8} />
      <Text fz="xs" c="dimmed">Search engines are told to come back later.</Text>
    </Stack>
  )
}
