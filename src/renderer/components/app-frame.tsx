import { AppShell } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { Link } from 'wouter'
import { api } from '../api.ts'
import { CertificatesLink } from './attention.tsx'
import { ColorSchemeMenu } from './color-scheme.tsx'
import { ExposedSecrets } from './exposed-secrets.tsx'
import { KeptPasswordsButton } from './kept-passwords.tsx'
import { Logo } from './logo.tsx'
import { Notice } from './notice.tsx'
import { CrumbContext, type Crumb } from './page.tsx'
import { onReconnect } from './reconnect.ts'

/** The frame around every screen: header, way back, and whether the app behind the window is there. */
export function AppFrame({ children }: { children: ReactNode }) {
  const [crumbs, setCrumbs] = useState<readonly Crumb[]>([])
  const show = useCallback((next: readonly Crumb[]) => setCrumbs(next), [])
  return (
    <CrumbContext value={show}>
      <AppShell header={{ height: 54 }}>
        <a className="hp-skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus() }}>Skip to the content</a>
        <AppShell.Header>
          <div className="hp-header">
            <Link href="/" className="hp-brand" data-deep={crumbs.length > 0 || undefined} aria-label="Homeport: your servers"><Logo /><span>Homeport</span></Link>
            <nav aria-label="Where you are" style={{ flex: 1, minWidth: 0 }}>
              <ol className="hp-crumbs">
                {crumbs.map((crumb, index) => (
                  <li key={`${index}${crumb.label}`}>
                    {crumb.href === undefined ? <span aria-current="page">{crumb.label}</span> : <Link href={crumb.href}>{crumb.label}</Link>}
                  </li>
                ))}
              </ol>
            </nav>
            <nav aria-label="Main"><CertificatesLink /></nav>
            <KeptPasswordsButton />
            <ColorSchemeMenu />
          </div>
        </AppShell.Header>
        <AppShell.Main id="main" tabIndex={-1} style={{ outline: 'none' }}>
          <LineBanner />
          <ExposedSecrets />
          {children}
        </AppShell.Main>
      </AppShell>
    </CrumbContext>
  )
}

/** Only ever seen in the web shell: the window can lose the program that serves it. */
function LineBanner() {
  const line = useSyncExternalStore((changed) => api.onLine(changed), () => api.line)
  const queries = useQueryClient()
  // What failed meanwhile is asked again; a plan under review is not changed under the person's eyes.
  useEffect(() => onReconnect(() => { void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'plan' }) }), [queries])
  if (line === 'connected' || line === 'connecting') return null
  return (
    <div style={{ padding: '12px 20px 0', maxWidth: 1120, margin: '0 auto' }}>
      {line === 'reconnecting'
        ? <Notice tone="warn" title="This window lost Homeport. It is connecting again …">Check that Homeport is still running on this computer. What runs on your server goes on meanwhile.</Notice>
        : <Notice tone="bad" title="Homeport was started again and no longer knows this window">Open the new address that Homeport printed in its terminal.</Notice>}
    </div>
  )
}
