import type Conf from 'conf'
import { type BrowserWindow, type Rectangle, screen } from 'electron'
import { z } from 'zod'

const Place = z.object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1), isMaximized: z.boolean() })
type Place = z.infer<typeof Place>

const key = 'window'
export const minimumSize = { width: 720, height: 520 }
const usualSize = { width: 1200, height: 820 }
/** So much of the window must be on a screen, in pixels, that it can be seen and dragged. */
const visiblePart = 100

/** Where the window was when it was last closed; the usual size where that is unknown or off all screens now. */
export function readPlace(conf: Conf<Record<string, unknown>>): { bounds: Partial<Rectangle>; isMaximized: boolean } {
  const place = Place.safeParse(conf.get(key))
  if (!place.success) return { bounds: usualSize, isMaximized: false }
  const { isMaximized, ...bounds } = place.data
  return { bounds: isVisible(bounds) ? bounds : usualSize, isMaximized }
}

/** Keeps the place of the window when it closes. */
export function rememberPlace(window: BrowserWindow, conf: Conf<Record<string, unknown>>): void {
  window.on('close', () => {
    conf.set(key, { ...window.getNormalBounds(), isMaximized: window.isMaximized() } satisfies Place)
  })
}

function isVisible(bounds: Rectangle): boolean {
  const area = screen.getDisplayMatching(bounds).workArea
  const overlap = (start: number, length: number, from: number, span: number) => Math.min(start + length, from + span) - Math.max(start, from)
  return overlap(bounds.x, bounds.width, area.x, area.width) >= visiblePart && overlap(bounds.y, bounds.height, area.y, area.height) >= visiblePart
}
