/** Pictures as files of the formats that there are. */
import type { Drawing } from '../draw/index.ts'
import { writeAtomically } from '../train/atomic-file.ts'
import { jsonText } from './json.ts'
import { choose, UsageError } from './usage.ts'

type Written = string | Uint8Array

/** Where a picture of characters is to be read. */
export interface TextPlace {
  readonly width: number
  readonly ascii: boolean
}

type Writer = (drawing: Drawing, place: TextPlace) => Written | Promise<Written>

/** Every format by its name, which is its ending too, but for those of `endings`. */
export const pictureFormats: Readonly<Record<string, Writer>> = {
  svg: (drawing) => drawing.toSvg(),
  png: (drawing) => drawing.toPng(),
  html: (drawing) => drawing.toHtml(),
  tikz: (drawing) => drawing.toTikz(),
  dot: (drawing) => drawing.toDot(),
  mermaid: (drawing) => drawing.toMermaid(),
  text: (drawing, place) => drawing.toText(place),
  json: (drawing) => jsonText(drawing),
}

const endings: Readonly<Record<string, string>> = {
  gv: 'dot',
  mmd: 'mermaid',
  md: 'mermaid',
  tex: 'tikz',
  txt: 'text',
  htm: 'html',
}

/** The format that a file's name asks for. Throws OPTION for an ending that no format has. */
export function formatOfFile(path: string): string {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  const format = endings[ending] ?? ending
  if (Object.hasOwn(pictureFormats, format)) return format
  throw new UsageError({
    code: 'OPTION',
    what: `-o: the ending of "${path}" says no format`,
    expected: Object.keys(pictureFormats)
      .map((name) => `.${endingOf(name)}`)
      .join(', '),
    got: ending === '' ? 'no ending' : `.${ending}`,
    fix: 'name the file by its format, or add --format',
  })
}

function endingOf(format: string): string {
  const own = format === 'html' || format === 'dot'
  return (!own && Object.entries(endings).find(([, name]) => name === format)?.[0]) || format
}

/** A drawing in a format. Throws NAME for one that is not there. */
export async function writtenAs(
  format: string,
  drawing: Drawing,
  place: TextPlace = { width: 100, ascii: false },
): Promise<Written> {
  return choose('format', format, pictureFormats)(drawing, place)
}

/** Writes a drawing to a file, whole or not at all. Throws FILE where it cannot be written. */
export async function writePicture(path: string, format: string, drawing: Drawing): Promise<void> {
  const written = await writtenAs(format, drawing)
  await writeAtomically(path, typeof written === 'string' ? encoder.encode(written) : written)
}

const encoder = new TextEncoder()
