/** Tables of one's own: kept by their mark, and read as their choice says. */
import { SluiceError } from 'sluice'
import { type CsvOptions, columnNames, type Dataset, parseCsv } from 'sluice/data'
import type { TableChoice } from './train-protocol.ts'

export interface TableShelf {
  /** Keeps a text; its mark. */
  keep(text: string): string
  /** Throws DATA where the text was never given. */
  columns(choice: TableChoice): Promise<readonly string[]>
  /** Throws DATA, naming row and column, where the table cannot be learned from. */
  read(choice: TableChoice): Promise<Dataset>
}

export function createTableShelf(): TableShelf {
  const texts = new Map<string, string>()
  const textOf = ({ mark, name }: TableChoice) => {
    const text = texts.get(mark)
    if (text !== undefined) return text
    throw new SluiceError({
      code: 'DATA',
      what: `the table ${name} is not here`,
      expected: 'the file that this training learns from',
      got: 'a link, which holds the settings and not the table',
      fix: `choose ${name} by "Open a table"`,
    })
  }
  return {
    keep(text) {
      const mark = markOf(text)
      texts.set(mark, text)
      return mark
    },
    columns: async (choice) => columnNames(textOf(choice), { name: choice.name }),
    async read(choice) {
      const dataset = await parseCsv(textOf(choice), { name: choice.name, ...optionsOf(choice) })
      checkVaries(dataset)
      return dataset
    },
  }
}

function optionsOf({ target, task, missing, ignore }: TableChoice): CsvOptions {
  return {
    ...(target !== undefined && { target }),
    ...(task && { task }),
    ...(missing && { missing }),
    ...(ignore && { ignore }),
  }
}

/** Numbers that are all the same leave nothing to predict; of classes the reader says so. */
function checkVaries({ name, targets, task, columns }: Dataset): void {
  const numbers = targets.data as Float64Array // numbers to predict are in f64
  const [first] = numbers
  if (task === 'classification' || numbers.some((one) => one !== first)) return
  throw new SluiceError({
    code: 'DATA',
    what: `${name}: the target is the same in every row`,
    where: `target column "${columns?.target}"`,
    expected: 'numbers that differ',
    got: `${first} in all ${numbers.length} examples`,
    fix: 'choose another target',
  })
}

/** The inputs that never change, and so teach nothing. */
export function constantInputs({ inputs, featureNames = [] }: Dataset): readonly string[] {
  const numbers = inputs.data as Float64Array // tables are in f64
  const width = featureNames.length
  return featureNames.filter((_, column) => {
    const first = numbers[column]
    for (let at = column; at < numbers.length; at += width) if (numbers[at] !== first) return false
    return true
  })
}

/** Eight digits of FNV-1a over the text's code units, and its length. */
function markOf(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
  }
  return `${hash.toString(16).padStart(8, '0')}-${text.length.toString(36)}`
}
