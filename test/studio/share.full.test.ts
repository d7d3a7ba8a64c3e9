/** Share in a browser: links that bring back what was shown, and what is taken along. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Download, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differenceOf } from '../support/pixels.ts'
import { type Studio, startStudio } from '../support/studio.ts'

let studio: Studio
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-share-'))
  studio = await startStudio()
}, 240_000) // a machine without a browser gets one first

afterAll(async () => {
  await studio?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function opened(path: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const { page } = await studio.open({ path, colorScheme, reducedMotion: 'reduce' })
  await settled(page)
  return page
}

/** Nothing is awaited any more: the formula and the fonts are there, and the check has come back. */
async function settled(page: Page): Promise<void> {
  await page.locator('.learn svg.sluice, .train .pictures').first().waitFor()
  if (await page.locator('.timeline [aria-current="step"]').count()) {
    await page.locator('.inspector .katex').first().waitFor({ state: 'attached' })
  }
  await page.getByText('Checking against finite differences').waitFor({ state: 'detached' })
  await page.evaluate(() => document.fonts.ready)
}

/** So many steps are taken, as the timeline says; none is before the first. */
async function standsAt(page: Page, step: number): Promise<void> {
  await page.waitForURL((url) => url.hash.endsWith(`step=${step}`))
  if (step > 0) await page.locator('.timeline [aria-current="step"]').waitFor()
  await settled(page)
}

/** The link that the dialog gives, which is closed again. */
async function linkOf(page: Page): Promise<string> {
  await page.keyboard.press('s')
  const link = await page.getByLabel('Link to what is shown').inputValue()
  await page.keyboard.press('Escape')
  await page.locator('dialog.share').waitFor({ state: 'detached' })
  return link
}

async function pictured(page: Page): Promise<Buffer> {
  await page.mouse.move(0, 0)
  await page.evaluate(
    () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
  )
  return page.screenshot({ animations: 'disabled', caret: 'hide' })
}

async function exported(page: Page, form: string): Promise<Buffer> {
  return readFile(await savedAs(page, form))
}

/** Where the file lies that a form is downloaded to, under the name that it is given. */
async function savedAs(page: Page, form: string): Promise<string> {
  if (!(await page.locator('dialog.share').count())) await page.keyboard.press('s')
  await page.getByRole('radio', { name: form, exact: true }).check()
  const button = page.getByRole('button', { name: 'Download' })
  await page.locator('.share .deliver .quiet', { hasText: endings[form] ?? '' }).waitFor()
  const waiting = page.waitForEvent('download')
  await button.click()
  const download: Download = await waiting
  const path = join(folder, download.suggestedFilename())
  await download.saveAs(path)
  return path
}

const endings: Readonly<Record<string, string>> = {
  ...{ SVG: '.svg', PNG: '.png', HTML: '.html', JSON: '.json' },
}

describe('a link in a fresh profile gives the same picture', () => {
  test.each(['network', 'multiply', 'softmax'])('of a step of %s', async (model) => {
    const page = await opened(`#/learn?model=${model}`)
    for (let step = 0; step < 3; step++) await page.keyboard.press('.')
    await standsAt(page, 3)
    const link = await linkOf(page)
    expect(link).toMatch(new RegExp(`#/learn\\?model=${model}&seed=1&step=3$`))
    const before = await pictured(page)
    const fresh = await opened(new URL(link).hash)
    await standsAt(fresh, 3)
    expect(await differenceOf(studio.browser, [before, await pictured(fresh)])).toBeLessThan(0.001)
    // And it would be seen if it were another: one step on is another picture.
    await fresh.keyboard.press('.')
    await standsAt(fresh, 4)
    expect(await differenceOf(studio.browser, [before, await pictured(fresh)])).toBeGreaterThan(
      0.001,
    )
    await Promise.all([page.context().close(), fresh.context().close()])
  })

  test('of an iteration of a training, to the bit', async () => {
    const page = await opened('#/train?dataset=moons&seed=3')
    for (const iteration of ['1', '2', '3']) {
      await page.getByRole('button', { name: 'One batch' }).click()
      await page.locator(`[data-is="iteration"]:text-is("${iteration}")`).waitFor()
    }
    const link = await linkOf(page)
    expect(link).toMatch(/at=3$/)
    const before = await pictured(page)
    const fresh = await opened(new URL(link).hash)
    await fresh.locator('[data-is="iteration"]:text-is("3")').waitFor()
    await fresh.locator('[data-is="state"]:text-is("paused")').waitFor()
    const prints = [page, fresh].map((one) => one.locator('[data-is="fingerprint"]').textContent())
    expect(new Set(await Promise.all(prints)).size).toBe(1)
    expect(await differenceOf(studio.browser, [before, await pictured(fresh)])).toBeLessThan(0.001)
    await Promise.all([page.context().close(), fresh.context().close()])
  })

  test('of one gate of a training', async () => {
    const page = await opened('#/learn?model=training&dataset=xor&layers=4&seed=5&at=20&step=4')
    await standsAt(page, 4)
    const before = await pictured(page)
    const fresh = await opened(new URL(await linkOf(page)).hash)
    await standsAt(fresh, 4)
    expect(await differenceOf(studio.browser, [before, await pictured(fresh)])).toBeLessThan(0.001)
    await Promise.all([page.context().close(), fresh.context().close()])
  })
})

test.each([
  '#/nowhere?step=x%',
  '#learn',
  '#/learn?model=nothing',
  '#/learn?seed=NaN',
  '#/learn?seed=-1e400',
  '#/learn?model=build&document=%%%',
  '#/build?model=build&document=bm8ganNvbg',
  '#/learn?model=file&file=99',
])('the malformed link %s says so, with a way home, and no page is blank', async (path) => {
  const { page } = await studio.open({ path })
  const alert = page.getByRole('alert').first()
  await alert.waitFor()
  expect((await alert.textContent())?.trim()).toMatch(/\w{3}/)
  await page.goto(`${studio.server.url}#/home`)
  await page.locator('.home svg.sluice').first().waitFor()
  expect(await page.getByRole('alert').count()).toBe(0)
  await page.context().close()
})

test.each(['1e300', '-4', 'x', '999999999999'])(
  'the step %s is none: the picture stands at an end',
  async (step) => {
    const page = await opened(`#/learn?model=multiply&step=${step}`)
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.context().close()
  },
)

/** The exported SVG in a blank page, where the screen has its picture, and the same part of both. */
async function sideBySide(page: Page, svg: string): Promise<readonly [Buffer, Buffer]> {
  const [, width = 0, height = 0] = (/width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []).map(
    Number,
  )
  const place = await page.locator('.learn svg.sluice').evaluate((element) => {
    const { a = 1, e = 0, f = 0 } = (element as SVGSVGElement).getScreenCTM() ?? {} // an SVG's is one
    const { left, top, right, bottom } = element.getBoundingClientRect()
    const paper = getComputedStyle(document.body).backgroundColor
    const viewBox = element.getAttribute('viewBox') ?? ''
    return { scale: a, x: e, y: f, seen: { left, top, right, bottom }, paper, viewBox }
  })
  const box = { x: place.x, y: place.y, width: width * place.scale, height: height * place.scale }
  // Of the picture, what the view does not cut off; and all of it but a margin is that.
  const left = Math.ceil(Math.max(box.x, place.seen.left))
  const top = Math.ceil(Math.max(box.y, place.seen.top))
  const right = Math.floor(Math.min(box.x + box.width, place.seen.right))
  const bottom = Math.floor(Math.min(box.y + box.height, place.seen.bottom))
  const clip = { x: left, y: top, width: right - left, height: bottom - top }
  expect((clip.width * clip.height) / (box.width * box.height)).toBeGreaterThan(0.95)
  const viewport = page.viewportSize() ?? { width: 0, height: 0 }
  const colorScheme = await page.evaluate(() =>
    matchMedia('(prefers-color-scheme: dark)').matches ? ('dark' as const) : ('light' as const),
  )
  const blank = await studio.browser.newPage({ viewport, colorScheme })
  // The same part of the picture in the same place: else its lines fall between other pixels.
  const { seen } = place
  const size = `left:${seen.left}px;top:${seen.top}px;width:${seen.right - seen.left}px;height:${seen.bottom - seen.top}px`
  const placed = svg.replace(
    /<svg([^>]*?) width="[^"]*" height="[^"]*" viewBox="[^"]*"/,
    `<svg$1 viewBox="${place.viewBox}" style="position:absolute;${size}"`,
  )
  await blank.setContent(`<body style="margin:0;background:${place.paper}">${placed}`)
  await page.mouse.move(0, 0)
  const both = [
    await page.screenshot({ clip, animations: 'disabled' }),
    await blank.screenshot({ clip }),
  ] as const
  await blank.close()
  return both
}

describe.each(['light', 'dark'] as const)('the SVG in %s', (scheme) => {
  test.each([
    ['network', 11],
    ['network', 0],
    ['multiply', 4],
  ])(
    'of %s after step %i is well-formed, needs nothing else and looks like the screen',
    async (model, step) => {
      const page = await opened(`#/learn?model=${model}&step=${step}`, scheme)
      await standsAt(page, step)
      const svg = (await exported(page, 'SVG')).toString()
      const wrong = await page.evaluate((text) => {
        const parsed = new DOMParser().parseFromString(text, 'image/svg+xml')
        const references = [...parsed.querySelectorAll('*')].flatMap((element) =>
          element.getAttributeNames().filter((name) => /^(xlink:)?href$|^src$|^on/.test(name)),
        )
        return [
          ...[...parsed.querySelectorAll('parsererror, script, foreignObject, image')].map(
            (one) => one.tagName,
          ),
          ...references,
        ]
      }, svg)
      expect(wrong).toEqual([])
      expect(svg).not.toMatch(/url\(|@import|@font-face/)
      await page.keyboard.press('Escape')
      await page.locator('dialog.share').waitFor({ state: 'detached' })
      // Antialiasing differs by places that are rounded to a tenth of a pixel: 24 of 255 forgive it.
      const share = await differenceOf(studio.browser, await sideBySide(page, svg), 24)
      expect(share).toBeLessThan(0.01)
      await page.context().close()
    },
  )
})

test('a picture of another step does not look like the screen, so that the comparison is known to look', async () => {
  const page = await opened('#/learn?model=multiply&step=4')
  const svg = (await exported(page, 'SVG')).toString()
  await page.keyboard.press('Escape')
  await page.locator('dialog.share').waitFor({ state: 'detached' })
  await page.keyboard.press('[')
  await page.locator('.timeline [aria-current="step"]:text-is("F2")').waitFor()
  expect(await differenceOf(studio.browser, await sideBySide(page, svg), 24)).toBeGreaterThan(0.01)
  await page.context().close()
})

test('PNG has twice as many pixels each way at 2×, whatever the screen, and the picture in it', async () => {
  const page = await opened('#/learn?model=network&step=9')
  const svg = (await exported(page, 'SVG')).toString()
  const [, width = 0, height = 0] = (/width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []).map(
    Number,
  )
  const path = await savedAs(page, 'PNG')
  expect(path.endsWith('network-b2.png')).toBe(true)
  const png = await readFile(path)
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * width, 2 * height])
  await page.getByLabel('Size').selectOption('1')
  await page.locator('.share .deliver', { hasText: `${width} × ${height} pixels` }).waitFor()
  const small = await exported(page, 'PNG')
  const blank = await studio.browser.newPage({ viewport: { width, height } })
  await blank.setContent(`<body style="margin:0">${svg}`)
  const share = await differenceOf(studio.browser, [small, await blank.screenshot()], 24)
  expect(share).toBeLessThan(0.01)
  await Promise.all([blank.close(), page.context().close()])
})

test('the HTML opens from a disk without a request, and walks on where the studio stood', async () => {
  const page = await opened('#/learn?model=network&step=11')
  const path = await savedAs(page, 'HTML')
  expect(path.endsWith('network-b4.html')).toBe(true)
  const alone = await studio.browser.newPage()
  const asked: string[] = []
  const wrong: string[] = []
  alone.on('request', (request) => asked.push(request.url()))
  alone.on('pageerror', (error) => wrong.push(String(error)))
  await alone.goto(pathToFileURL(path).href)
  expect(asked).toEqual([pathToFileURL(path).href])
  expect(await alone.locator('.walk output').textContent()).toMatch(/^B4: dJ\/da2 = /)
  const seen = () => alone.locator('[data-since]:not(.unknown)').count()
  const before = await seen()
  expect(await alone.locator('.active').count()).toBe(1)
  await alone.keyboard.press('.')
  expect(await alone.locator('.walk output').textContent()).toMatch(/^B5: dJ\/dW2 = /)
  expect(await seen()).toBe(before + 2) // the line and the numbers of dJ/dW2
  await alone.getByRole('button', { name: 'Back' }).click()
  expect(await seen()).toBe(before)
  await alone.locator('.steps li').first().click()
  expect(await alone.locator('.walk output').textContent()).toMatch(/^F1: /)
  expect(wrong).toEqual([])
  await Promise.all([alone.close(), page.context().close()])
})

test('the link is copied, and selected where no page may copy', async () => {
  const { page } = await studio.open({
    path: '#/learn',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  await settled(page)
  await page.keyboard.press('s')
  await page.getByRole('button', { name: 'Copy link' }).click()
  await page.getByRole('status').filter({ hasText: 'Copied.' }).waitFor()
  const link = await page.getByLabel('Link to what is shown').inputValue()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link)
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  await page.getByRole('button', { name: 'Copy link' }).click()
  await page.getByRole('status').filter({ hasText: 'Selected' }).waitFor()
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(link)
  await page.context().close()
})

test('the dialog fits a phone, and its keys leave the view behind it alone', async () => {
  const { page, complaints } = await studio.open({
    viewport: { width: 390, height: 844 },
    path: '#/learn?step=2',
  })
  await settled(page)
  await page.keyboard.press('s')
  await page.locator('.share .deliver').waitFor()
  const widths = await page
    .locator('dialog.share')
    .evaluate((dialog) => [
      dialog.scrollWidth - dialog.clientWidth,
      document.documentElement.scrollWidth,
    ])
  expect(widths).toEqual([0, 390])
  await page.keyboard.press('.')
  await page.keyboard.press('Escape')
  await page.locator('dialog.share').waitFor({ state: 'detached' })
  expect(page.url()).toMatch(/step=2$/)
  expect(complaints).toEqual([])
  await page.context().close()
})
