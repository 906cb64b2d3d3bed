import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from '../api.ts'

const choices = [
  { value: 'auto', label: 'Like the system', Icon: IconDeviceDesktop },
  { value: 'light', label: 'Light', Icon: IconSun },
  { value: 'dark', label: 'Dark', Icon: IconMoon },
] as const

/** Light, dark or like the system; kept in the app's settings. */
export function ColorSchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const settings = useQuery({ queryKey: ['settings'], queryFn: () => api.call('settings.get') })
  const kept = settings.data?.colorScheme
  useEffect(() => { if (kept !== undefined) setColorScheme(kept) }, [kept, setColorScheme])
  const Shown = choices.find((choice) => choice.value === colorScheme)?.Icon ?? IconDeviceDesktop

  function choose(value: (typeof choices)[number]['value']): void {
    setColorScheme(value)
    // The look has changed already; a settings file that cannot be written must not stop that.
    api.call('settings.change', { colorScheme: value }).catch((error: unknown) => console.warn('The colour scheme was not kept.', error))
  }

  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon size="lg" aria-label="Colour scheme"><Shown size={18} stroke={1.7} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map(({ value, label, Icon }) => (
          <Menu.Item key={value} leftSection={<Icon size={16} />} aria-current={value === colorScheme} fw={value === colorScheme ? 600 : 400} onClick={() => choose(value)}>{label}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
