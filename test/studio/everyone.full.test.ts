/** The studio for everyone: by axe, by keyboard, with other colour vision, on a phone. */

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Studio, startStudio } from '../support/studio.ts'

let studio: Studio
let axe: string

beforeAll(async () => {
  studio = await startStudio()
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
}, 240_000)

afterAll(() => studio?.stop())

const desktop = { width: 1440, height: 900 }
const phone = { width: 390, height: 844 }

/** Every view with something in it, and what tells that it is there. */
const views = [
  { path: '', ready: '.home svg.sluice' },
  { path: '#/learn?step=11', ready: '.timeline [aria-current="step"]' },
  { path: '#/learn?model=attention&step=3', ready: '.timeline [aria-current="step"]' },
  { path: '#/train?dataset=moons', ready: '.train canvas' },
  { path: '#/train?dataset=digits', ready: '.train canvas' },
  { path: '#/build', ready: '.build sluice-graph' },
  { path: '#/explore?model=deep', ready: '.explore sluice-graph' },
] as const

test.each(views)(
  'axe finds nothing serious in $path, and it scrolls down alone, light or dark, wide or narrow',
  async ({ path, ready }) => {
    const { page, complaints } = await studio.open({ path })
    await page.locator(ready).first().waitFor()
    await page.evaluate(axe)
    for (const viewport of [desktop, phone]) {
      await page.setViewportSize(viewport)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        expect(await serious(page), `${colorScheme}, ${viewport.width}`).toEqual([])
        const [content, window] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          innerWidth,
        ])
        expect(content, `${colorScheme}, ${viewport.width}`).toBeLessThanOrEqual(window ?? 0)
      }
    }
    expect(complaints).toEqual([])
    await page.context().close()
  },
)

/** What axe holds for serious or critical, with where it is. */
async function serious(page: Page): Promise<readonly string[]> {
  const { violations } = await page.evaluate<AxeResults>('axe.run()')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

test('the whole of Learn is walked by keyboard alone, from Home and back', async () => {
  const { page, complaints } = await studio.open()
  await page.locator('.home svg.sluice').waitFor()
  await tabTo(page, 'Step through')
  await page.keyboard.press('Enter')
  await page.locator('.learn svg.sluice').waitFor()
  const ids = [...Array.from({ length: 7 }, (_, k) => `F${k + 1}`), ...backward]
  for (const id of ids) {
    await page.keyboard.press('.')
    await page.locator(`[aria-current="step"]:text-is("${id}")`).waitFor()
    const spoken = await page.locator('.spoken[aria-live]').first().textContent()
    expect(spoken).toContain(id)
  }
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  expect(complaints).toEqual([])
  await page.context().close()
})

const backward = Array.from({ length: 10 }, (_, k) => `B${k + 1}`)

/** Presses Tab until the focus is on what has this name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let count = 0; count < 60; count++) {
    await page.keyboard.press('Tab')
    const reached = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
    if (reached === name) return
  }
  throw new Error(`"${name}" is not reached by Tab`)
}

test('forward and gradient stay apart, with every kind of colour vision', async () => {
  const { page } = await studio.open({ path: '#/learn?step=17' })
  await page.locator('.learn svg.sluice').waitFor()
  const session = await page.context().newCDPSession(page)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const type of ['none', 'protanopia', 'deuteranopia', 'tritanopia'] as const) {
      await session.send('Emulation.setEmulatedVisionDeficiency', { type })
      const [forward, gradient] = await shownColours(page, ['--forward', '--gradient'])
      // CIE76: 2.3 is what is just seen, and what lies 20 apart has another name.
      expect(distance(forward, gradient), `${type}, ${colorScheme}`).toBeGreaterThan(20)
    }
  }
  await page.context().close()
})

type Colour = readonly [red: number, green: number, blue: number]

/** What these colours of the page look like on the screen, as the emulation changes it. */
async function shownColours(page: Page, names: readonly string[]): Promise<readonly Colour[]> {
  await page.evaluate((list) => {
    const sheet = new CSSStyleSheet()
    list.forEach((name, index) => {
      const patch = document.createElement('div')
      patch.className = `patch p${index}`
      document.body.append(patch)
      sheet.insertRule(
        `.p${index} { position: fixed; inset: 0 auto auto ${index * 20}px; width: 20px; height: 20px; background: var(${name}); z-index: 99 }`,
      )
    })
    document.adoptedStyleSheets.push(sheet)
  }, names)
  const png = await page.screenshot({ clip: { x: 0, y: 0, width: 40, height: 20 } })
  await page.evaluate(() => {
    document.adoptedStyleSheets.pop()
    for (const patch of document.querySelectorAll('.patch')) patch.remove()
  })
  return page.evaluate(
    async (data) => {
      const image = await createImageBitmap(new Blob([new Uint8Array(data)], { type: 'image/png' }))
      const canvas = new OffscreenCanvas(image.width, image.height)
      const context = canvas.getContext('2d')
      context?.drawImage(image, 0, 0)
      return [10, 30].map((x): [number, number, number] => {
        const [red = 0, green = 0, blue = 0] = context?.getImageData(x, 10, 1, 1).data ?? []
        return [red, green, blue]
      })
    },
    [...png],
  )
}

function distance(a: Colour | undefined, b: Colour | undefined): number {
  const [left, right] = [a, b].map((colour) => lab(colour ?? [0, 0, 0]))
  return Math.hypot(...(left ?? []).map((x, k) => x - (right?.[k] ?? 0)))
}

/** sRGB as CIE L*a*b* under D65. */
function lab(colour: Colour): readonly number[] {
  const [r = 0, g = 0, b = 0] = colour.map((byte) => {
    const x = byte / 255
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4
  })
  const [x = 0, y = 0, z = 0] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
  ].map((t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116))
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}
