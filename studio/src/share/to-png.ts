/** An SVG as PNG, drawn by the browser: as many pixels on every screen. */

export interface PngSize {
  readonly width: number
  readonly height: number
  readonly scale: number
}

/** Larger ones no browser draws: what comes out would be empty. */
const mostPixels = 120e6
const longestSide = 16_384

export function sizeOfPng({ width, height, scale }: PngSize): {
  readonly width: number
  readonly height: number
} {
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

/** Whether browsers can draw it. */
export function canDraw(size: PngSize): boolean {
  const { width, height } = sizeOfPng(size)
  return width * height <= mostPixels && Math.max(width, height) <= longestSide
}

/** Throws where the browser cannot. */
export async function toPng(svg: string, size: PngSize): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    Object.assign(canvas, sizeOfPng(size))
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise<Blob>((resolve, reject) => {
      canvas.toBlob((png) => (png ? resolve(png) : reject(new Error('the image is too large'))))
    })
  } finally {
    URL.revokeObjectURL(url)
  }
}
