import { inflateSync } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import { drawings } from '../../test/support/drawings.ts'
import { themes } from './theme.ts'

const drawing = drawings['close-up']

interface Image {
  readonly width: number
  readonly height: number
  /** Four bytes for each pixel. */
  readonly pixels: Uint8Array
}

/** Decodes a PNG of 8-bit RGBA without interlacing. Source: W3C PNG, third edition. */
function decode(png: Uint8Array): Image {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  expect([...png.subarray(24, 29)]).toEqual([8, 6, 0, 0, 0])
  const parts: Uint8Array[] = []
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
    const name = String.fromCharCode(...png.subarray(at + 4, at + 8))
    if (name === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + view.getUint32(at)))
  }
  const raw = inflateSync(Buffer.concat(parts))
  return { width, height, pixels: unfiltered(raw, { width, height }) }
}

function unfiltered(raw: Uint8Array, { width, height }: Omit<Image, 'pixels'>): Uint8Array {
  const row = width * 4
  const pixels = new Uint8Array(row * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)]
    for (let x = 0; x < row; x++) {
      const at = (dx: number, dy: number) =>
        x < dx || y < dy ? 0 : (pixels[(y - dy) * row + x - dx] ?? 0)
      const [left, up, corner] = [at(4, 0), at(0, 1), at(4, 1)]
      const near = left + up - corner
      const paeth =
        [left, up, corner].toSorted((a, b) => Math.abs(near - a) - Math.abs(near - b))[0] ?? 0
      const guess = [0, left, up, Math.floor((left + up) / 2), paeth][filter ?? 0] ?? 0
      pixels[y * row + x] = (raw[y * (row + 1) + 1 + x] ?? 0) + guess
    }
  }
  return pixels
}

function colours({ pixels }: Image): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (let at = 0; at < pixels.length; at += 4) {
    const colour = `#${Buffer.from(pixels.subarray(at, at + 3)).toString('hex')}`
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  return counts
}

test('a PNG has twice the pixels each way, or as many as asked for', async () => {
  const { width = 0, height = 0 } = drawing?.scene ?? {}
  const sizes = await Promise.all(
    [undefined, 1, 0.5].map(async (scale) => {
      const png = (await drawing?.toPng(scale === undefined ? {} : { scale })) ?? new Uint8Array()
      const view = new DataView(png.buffer)
      return [view.getUint32(16) / width, view.getUint32(20) / height]
    }),
  )
  // resvg rounds to whole pixels
  expect(sizes.flat().map((size) => Math.round(size * 50) / 50)).toEqual([2, 2, 1, 1, 0.5, 0.5])
})

test.each(['light', 'dark'] as const)(
  'a PNG shows paper, nodes and text in the colours of %s',
  async (name) => {
    const counts = colours(
      decode((await drawing?.toPng({ scale: 1, theme: name })) ?? new Uint8Array()),
    )
    const { background, nodes, texts } = themes[name]
    const [paper] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? []
    expect(paper).toBe(background)
    for (const colour of [nodes.constant.fill, nodes.operation.fill]) {
      expect(counts.get(colour) ?? 0).toBeGreaterThan(100)
    }
    // Some pixels of letters are covered whole.
    for (const colour of [texts.forward, texts.gradient, texts.label]) {
      expect(counts.get(colour) ?? 0).toBeGreaterThan(0)
    }
  },
)

test('a PNG has the same bytes every time', async () => {
  const [first, second] = await Promise.all([
    drawing?.toPng({ scale: 1 }),
    drawing?.toPng({ scale: 1 }),
  ])
  expect(Buffer.from(first ?? []).equals(Buffer.from(second ?? []))).toBe(true)
})

test.each([0, -1, Number.NaN, Infinity, 1e4, 1e-6])(
  'a scale of %s makes no image',
  async (scale) => {
    await expect(drawing?.toPng({ scale })).rejects.toThrow(
      /OPTION toPng: the scale makes no image\n(.*\n)*.*up to \d/,
    )
  },
)

afterEach(() => {
  vi.doUnmock('@resvg/resvg-js')
})

test('without the library the error says what to install', async () => {
  vi.doMock('@resvg/resvg-js', () => {
    throw new Error('Cannot find package')
  })
  await expect(drawing?.toPng()).rejects.toThrow(
    'OPTION toPng: what makes images of pictures cannot be loaded',
  )
  await expect(drawing?.toPng()).rejects.toThrow(
    'fix       npm install @resvg/resvg-js; or write SVG',
  )
})

test('without a font there is an error, not a picture without text', async () => {
  const getBBox = () => undefined // what resvg gives for text that it has no font for
  vi.doMock('@resvg/resvg-js', () => ({
    Resvg: class {
      readonly getBBox = getBBox
    },
  }))
  await expect(drawing?.toPng()).rejects.toThrow('OPTION toPng: there is no font to write with')
})
