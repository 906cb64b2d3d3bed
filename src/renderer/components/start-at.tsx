import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import { api } from '../api.ts'

/** Goes to the server that Homeport was started for, once; afterwards the list of servers is just a page. */
export function StartAt() {
  const info = useQuery({ queryKey: ['app.info'], queryFn: () => api.call('app.info') })
  const [location, navigate] = useLocation()
  const isDone = useRef(false)
  useEffect(() => {
    if (info.data === undefined || isDone.current) return
    isDone.current = true
    if (info.data.startAt !== null && location === '/') navigate(`/servers/${info.data.startAt}`, { replace: true })
  }, [info.data, location, navigate])
  return null
}
