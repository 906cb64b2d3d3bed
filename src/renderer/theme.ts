import { ActionIcon, Alert, Badge, Button, Card, createTheme, type CSSVariablesResolver, Drawer, DrawerHeader, type MantineColorsTuple, Menu, Modal, ModalHeader, NumberInput, Paper, PasswordInput, Select, SegmentedControl, Switch, Tabs, Textarea, TextInput, Tooltip } from '@mantine/core'

/** Harbour blue: shade 7 carries white text at 5.6 : 1. */
const harbour: MantineColorsTuple = ['#eaf4fb', '#d5e8f5', '#a8d0ea', '#78b8df', '#4fa1d4', '#2f8bc6', '#1d78b4', '#12669d', '#0c5482', '#08436a']
/** Cool neutrals for the dark scheme: 7 is the page, 6 a card, 4 a border, 2 quiet text (6.9 : 1 on a card). */
const dark: MantineColorsTuple = ['#d8dee6', '#b9c2cd', '#9ba7b5', '#66717e', '#2d3641', '#232b34', '#191f26', '#11161b', '#0c1014', '#07090c']

const quietDrawer = { overlayProps: { backgroundOpacity: 0.35 }, closeButtonProps: { 'aria-label': 'Close' } }

export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: { light: 7, dark: 7 },
  colors: { harbour, dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, Ubuntu, Cantarell, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, "SF Mono", Menlo, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.78rem', sm: '0.875rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  headings: { fontWeight: '620', sizes: { h1: { fontSize: '1.625rem', lineHeight: '1.25' }, h2: { fontSize: '1.125rem', lineHeight: '1.35' }, h3: { fontSize: '0.975rem', lineHeight: '1.4' } } },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Alert: Alert.extend({ defaultProps: { variant: 'light' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', tt: 'none', fw: 550 } }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Card: Card.extend({ defaultProps: { withBorder: true, padding: 'lg', radius: 'lg' } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, radius: 'lg' } }),
    Drawer: Drawer.extend({ defaultProps: quietDrawer }),
    DrawerHeader: DrawerHeader.extend({ defaultProps: { role: 'presentation' } }),
    // Without the placeholder that takes the focus first: a menu may only hold items (ARIA 1.2).
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    ModalHeader: ModalHeader.extend({ defaultProps: { role: 'presentation' } }),
    Modal: Modal.extend({ defaultProps: { ...quietDrawer, radius: 'lg', centered: true } }),
    NumberInput: NumberInput.extend({ defaultProps: { hideControls: true } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { visibilityToggleButtonProps: { 'aria-label': 'Show what is typed', tabIndex: 0, 'aria-hidden': false } } }),
    Select: Select.extend({ defaultProps: { allowDeselect: false, checkIconPosition: 'right' } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { radius: 'md' } }),
    Switch: Switch.extend({ defaultProps: { withThumbIndicator: false } }),
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
    Textarea: Textarea.extend({}),
    TextInput: TextInput.extend({}),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 350, events: { hover: true, focus: true, touch: false } } }),
  },
})

/** Tones of states, and the places where Mantine's own colours have too little contrast (WCAG 2.2, 1.4.3). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fbfcfd',
    '--mantine-color-text': '#16202a',
    '--mantine-color-dimmed': '#546170',
    '--mantine-color-placeholder': '#6b7785',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-default-border': '#d9dfe6',
    '--mantine-color-anchor': '#0c5482',
    '--mantine-color-harbour-light-color': '#08436a',
    '--mantine-color-red-light-color': '#991b1b',
    '--mantine-color-red-filled': '#c0271f',
    '--mantine-color-red-outline': '#b3261e',
    '--mantine-color-gray-light-color': '#38434f',
    '--mantine-color-gray-subtle-color': '#46525f',
    '--hp-surface': '#ffffff', '--hp-surface-quiet': '#f4f6f8', '--hp-line': '#e2e7ec',
    '--hp-good': '#0b6b3c', '--hp-good-bg': '#e4f5eb', '--hp-warn': '#7d4a00', '--hp-warn-bg': '#fdf1d3',
    '--hp-bad': '#a61b1b', '--hp-bad-bg': '#fdeaea', '--hp-busy': '#0c5482', '--hp-busy-bg': '#e5f1fa', '--hp-idle': '#4a5663', '--hp-idle-bg': '#edf0f3',
    '--hp-good-solid': '#23935a', '--hp-warn-solid': '#c98206', '--hp-bad-solid': '#d13c35', '--hp-busy-solid': '#1d78b4', '--hp-idle-solid': '#8a96a3',
  },
  dark: {
    '--mantine-color-body': '#11161b',
    '--mantine-color-text': '#d8dee6',
    '--mantine-color-dimmed': '#9ba7b5',
    '--mantine-color-placeholder': '#8b97a5',
    '--mantine-color-error': '#ff9b94',
    '--mantine-color-default-border': '#2d3641',
    '--mantine-color-anchor': '#78b8df',
    '--mantine-color-harbour-light-color': '#a8d0ea',
    '--mantine-color-red-light-color': '#ffaaa4',
    '--mantine-color-red-filled': '#b92c25',
    '--mantine-color-red-filled-hover': '#a3241e',
    '--mantine-color-red-outline': '#ff9b94',
    '--mantine-color-gray-light-color': '#c3ccd6',
    '--mantine-color-gray-subtle-color': '#b4bec9',
    '--hp-surface': '#191f26', '--hp-surface-quiet': '#151a20', '--hp-line': '#262e37',
    '--hp-good': '#74d6a1', '--hp-good-bg': '#16301f', '--hp-warn': '#ecc368', '--hp-warn-bg': '#33280f',
    '--hp-bad': '#ff9f98', '--hp-bad-bg': '#3a1b1b', '--hp-busy': '#8cc6ee', '--hp-busy-bg': '#142c3f', '--hp-idle': '#b0bac5', '--hp-idle-bg': '#252d36',
    '--hp-good-solid': '#3fb87a', '--hp-warn-solid': '#dba437', '--hp-bad-solid': '#ee6a62', '--hp-busy-solid': '#4fa1d4', '--hp-idle-solid': '#7b8794',
  },
})
