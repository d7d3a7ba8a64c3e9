/** Screenshots compared, pixel by pixel, by a canvas of the browser that made them. */
import type { Browser } from 'playwright-core'

/**
 * The share of pixels, 0 to 1, in which two PNGs differ in some channel by more than `tolerance` of
 * 255. Throws where they are not of the same size.
 */
export async function differenceOf(
  browser: Browser,
  images: readonly [Buffer, Buffer],
  tolerance = 0,
): Promise<number> {
  const page = await browser.newPage()
  try {
    const [first, second] = images.map((image) => image.toString('base64'))
    return await page.evaluate(
      async ([one, other, most]) => {
        const pixelsOf = async (base64: string) => {
          const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
          const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
          const { width, height } = bitmap
          const context = new OffscreenCanvas(width, height).getContext('2d')
          context?.drawImage(bitmap, 0, 0)
          return { width, height, data: context?.getImageData(0, 0, width, height).data ?? [] }
        }
        const [a, b] = [await pixelsOf(one), await pixelsOf(other)]
        if (a.width !== b.width || a.height !== b.height) {
          throw new Error(`${a.width} × ${a.height} and ${b.width} × ${b.height} pixels`)
        }
        let count = 0
        for (let at = 0; at < a.data.length; at += 4) {
          const gaps = [0, 1, 2].map((channel) =>
            Math.abs((a.data[at + channel] ?? 0) - (b.data[at + channel] ?? 0)),
          )
          if (Math.max(...gaps) > most) count++
        }
        return count / (a.width * a.height)
      },
      [first ?? '', second ?? '', tolerance] as const,
    )
  } finally {
    await page.close()
  }
}
