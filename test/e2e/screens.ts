import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'

const widths = { wide: { width: 1280, height: 860 }, narrow: { width: 420, height: 860 } } as const
const schemes = ['light', 'dark'] as const

/** Keeps a picture of the page, light and dark, on a computer and on a phone; axe looks at the wide ones. */
export interface Screens {
  /** `name` without a number: they are counted in the order in which they were seen. */
  keep(name: string): Promise<void>
}

export function keepScreens(page: Page, prefix: string): Screens {
  let count = 0
  return {
    async keep(name) {
      const title = `${prefix}${String(++count).padStart(2, '0')}-${name}`
      const folder = join(test.info().project.outputDir, 'screens')
      mkdirSync(folder, { recursive: true })
      for (const [width, size] of Object.entries(widths)) {
        await page.setViewportSize(size)
        for (const scheme of schemes) {
          await page.emulateMedia({ colorScheme: scheme })
          await settled(page)
          await page.evaluate(() => window.scrollTo(0, 0))
          // A dialog covers the window, not the page below it.
          const fullPage = await page.getByRole('dialog').count() === 0
          await page.screenshot({ path: join(folder, `${title}-${scheme}-${width}.png`), fullPage })
          if (width === 'wide') await expectAccessible(page, `${title}, ${scheme}`)
        }
        await expectNoSideways(page, `${title}, ${width}`)
      }
      await page.setViewportSize(widths.wide)
      await page.emulateMedia({ colorScheme: 'light' })
    },
  }
}

/** A colour that is still fading looks like a fault of contrast. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    const ending = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(ending.map((animation) => animation.finished))
  })
}

async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const told = grave.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html, any }) => `  ${html}\n    ${any.map(({ message }) => message).join('; ')}`).join('\n')}`)
  expect.soft(told, `what axe finds at ${where}`).toEqual([])
}

/** Nothing may stick out: a page that scrolls sideways is broken on a phone. */
async function expectNoSideways(page: Page, where: string): Promise<void> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect.soft(excess, `pixels beyond the right edge at ${where}`).toBe(0)
}
