import { Button, Text } from '@mantine/core'
import { Link } from 'wouter'
import { Page } from '../components/page.tsx'

export function NotFound() {
  return (
    <Page title="There is nothing here" crumbs={[]} width="narrow">
      <Text c="dimmed" mb="lg">The page may have belonged to a site or server that has been removed.</Text>
      <Button component={Link} href="/">Go to your servers</Button>
    </Page>
  )
}
