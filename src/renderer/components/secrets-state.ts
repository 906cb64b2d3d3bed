import { useMutation, useQuery, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import type { SecretsState } from '../../shared/kept-secrets.ts'
import { api } from '../api.ts'

const key = ['secrets']
/** While the system's keychain asks the person something, its answer may come at any time. */
const waitingAgainMs = 3000

/** How this computer keeps secrets; undefined until main has looked. */
export function useSecretsState(): SecretsState | undefined {
  return useQuery({ queryKey: key, queryFn: () => api.call('secrets.state'), refetchInterval: ({ state }) => (state.data?.isWaiting === true ? waitingAgainMs : false) }).data
}

/** Does something to the kept secrets as a whole; how they are then is shown everywhere. */
export function useChangeSecrets<Input = void>(change: (input: Input) => Promise<SecretsState>, onDone: (state: SecretsState) => void = () => {}): UseMutationResult<SecretsState, Error, Input> {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: (state) => {
      queries.setQueryData(key, state)
      // Servers that could not be asked without them may answer now.
      void queries.invalidateQueries({ queryKey: ['servers.statuses'] })
      onDone(state)
    },
  })
}
