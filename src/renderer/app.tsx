import { Route, Switch } from 'wouter'
import { AppFrame } from './components/app-frame.tsx'
import { StartAt } from './components/start-at.tsx'
import { CertificatesScreen } from './screens/certificates.tsx'
import { NotFound } from './screens/not-found.tsx'
import { ConnectScreen } from './screens/connect.tsx'
import { ServerScreen } from './screens/server.tsx'
import { ServersScreen } from './screens/servers.tsx'

export function App() {
  return (
    <AppFrame>
      <StartAt />
      <Switch>
        <Route path="/"><ServersScreen /></Route>
        <Route path="/connect"><ConnectScreen /></Route>
        <Route path="/certificates"><CertificatesScreen /></Route>
        <Route path="/servers/:serverId/*?">{({ serverId }) => <ServerScreen key={serverId} serverId={serverId} />}</Route>
        <Route><NotFound /></Route>
      </Switch>
    </AppFrame>
  )
}
