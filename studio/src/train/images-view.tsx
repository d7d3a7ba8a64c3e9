/** Pictures that are held out, and what the network takes each of them for. */
import { useEffect, useRef } from 'preact/hooks'
import type { Images, Predictions } from '../engine/train-protocol.ts'

interface ImagesProps {
  readonly images: Images
  readonly classes: readonly string[]
  readonly predictions: Predictions | undefined
}

export function ImagesView({ images, classes, predictions }: ImagesProps) {
  const nameOf = (label: number | undefined) => classes[label ?? -1] ?? ''
  return (
    <ul class="images" aria-label="Predictions">
      {Array.from(images.labels, (label, index) => {
        const found = predictions?.classes[index]
        const isRight = found === label
        const share = Math.round(100 * (predictions?.shares[index] ?? 0))
        const says = `${nameOf(label)} taken for ${nameOf(found)}, ${share} %`
        return (
          <li key={index} class={isRight ? 'right' : 'wrong'} title={says}>
            <Pixels images={images} index={index} />
            <span aria-hidden="true">
              {isRight ? '✓' : '✗'} {nameOf(found)}
            </span>
            <span class="spoken">{says}</span>
          </li>
        )
      })}
    </ul>
  )
}

function Pixels({ images, index }: { readonly images: Images; readonly index: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { rows, columns, pixels } = images
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    const picture = context.createImageData(columns, rows)
    for (let k = 0; k < rows * columns; k++) {
      const shade = Math.round(255 * (1 - (pixels[index * rows * columns + k] ?? 0)))
      picture.data.set([shade, shade, shade, 255], 4 * k)
    }
    context.putImageData(picture, 0, 0)
  }, [pixels])
  return <canvas ref={canvas} width={columns} height={rows} />
}
