/** Writes a scene as PNG, by resvg, which is loaded when it is first asked for. */
import type * as Resvg from '@resvg/resvg-js'
import { SluiceError } from '../errors.ts'
import type { ThemeName } from './options.ts'
import type { Scene } from './scene.ts'
import { toSvg } from './svg.ts'

export interface PngOptions {
  /** Pixels of the image for a pixel of the picture. Default 2, sharp on today's screens. */
  readonly scale?: number
  /** `auto` is light, as an image cannot ask. */
  readonly theme?: ThemeName
  /** Files of fonts (ttf, otf) to write with, before those of the system. */
  readonly fonts?: readonly string[]
}

/** So many pixels are a gigabyte of memory. */
const mostPixels = 250e6

export async function toPng(scene: Scene, options: PngOptions): Promise<Uint8Array> {
  const { scale = 2, theme = 'auto', fonts = [] } = options
  checkScale(scene, scale)
  const { Resvg } = await loadResvg()
  const font = { loadSystemFonts: true, fontFiles: [...fonts], defaultFontFamily: 'DejaVu Sans' }
  const probe = '<svg xmlns="http://www.w3.org/2000/svg"><text y="9">x</text></svg>'
  if (!new Resvg(probe, { font }).getBBox()) throw noFont()
  const svg = toSvg(scene, theme === 'auto' ? 'light' : theme)
  const fitTo = { mode: 'zoom', value: scale } as const
  return Uint8Array.from(new Resvg(svg, { font, fitTo }).render().asPng())
}

function checkScale({ width, height }: Scene, scale: number): void {
  const pixels = width * height * scale * scale
  if (scale > 0 && pixels >= 1 && pixels <= mostPixels) return
  const most = Math.floor(Math.sqrt(mostPixels / (width * height)) * 10) / 10
  throw new SluiceError({
    code: 'OPTION',
    what: 'toPng: the scale makes no image',
    expected: `a number above 0, and for this picture of ${width} × ${height} up to ${most}`,
    got: String(scale),
    fix: 'choose a smaller scale, or write SVG, which has any size',
  })
}

async function loadResvg(): Promise<typeof Resvg> {
  // A name that bundlers do not follow: those who write no PNG need not install it.
  const library: string = '@resvg/resvg-js'
  try {
    return await import(/* @vite-ignore */ library)
  } catch (error) {
    throw new SluiceError({
      code: 'OPTION',
      what: 'toPng: what makes images of pictures cannot be loaded',
      expected: `${library}, which is not installed with sluice`,
      got: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      fix: `npm install ${library}; or write SVG or HTML, which need nothing`,
    })
  }
}

function noFont(): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'toPng: there is no font to write with',
    expected: 'a font that the system knows, or files of fonts',
    got: 'none',
    fix: 'install one, such as DejaVu Sans, or pass { fonts: ["path/to/font.ttf"] }',
  })
}
