/** Small grey images in characters. */
import { sizeOf } from '../ir/shape.ts'
import { numberAt, type Tensor } from '../ir/tensor.ts'

// Each twice, so that a pixel is about as wide as it is high.
const shades = [' ', '░', '▒', '▓', '█'].map((shade) => shade.repeat(2))

/**
 * Images side by side, each over its caption.
 *
 * Shapes: images [count, rows × columns] from 0 to 1, `shape` [rows, columns].
 */
export function picturesText(
  images: Tensor,
  shape: readonly [number, number],
  captions: readonly string[],
): string {
  const [rows, columns] = shape
  const lines = Array.from({ length: rows }, (_, row) =>
    captions.map((_, index) => {
      const start = index * sizeOf(shape) + row * columns
      return Array.from({ length: columns }, (_, column) =>
        shadeOf(numberAt(images, start + column)),
      ).join('')
    }),
  )
  const width = columns * 2
  const centred = captions.map((caption) => {
    const left = Math.max(0, Math.floor((width - caption.length) / 2))
    return (' '.repeat(left) + caption).padEnd(width)
  })
  return [...lines, centred].map((parts) => `  ${parts.join('   ')}`.trimEnd()).join('\n')
}

function shadeOf(grey: number): string {
  const index = Math.round(Math.min(1, Math.max(0, grey)) * (shades.length - 1))
  return shades[index] ?? '  '
}
