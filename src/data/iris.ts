import { createDataset, type Dataset } from './dataset.ts'
import { parseNumberRows } from './number-rows.ts'
import { readPackagedText } from './packaged.ts'

/**
 * 150 irises of three species, four lengths in centimetres of each: Fisher's own numbers, without
 * the two mistakes of the UCI file.
 *
 * Shapes: inputs f32[150, 4], targets i32[150].
 * Throws: DATA where the file that the package ships cannot be read.
 * Source: UCI "Iris", R. A. Fisher, 1936, CC BY 4.0.
 */
export async function iris(): Promise<Dataset> {
  const file = new URL('../../data/iris.csv', import.meta.url)
  const [header = '', ...lines] = (await readPackagedText(file)).split(/\r?\n/)
  const classes = ['setosa', 'versicolor', 'virginica']
  const numbers = lines.map((line) =>
    line.replace(/[a-z]+$/, (species) => String(classes.indexOf(species))),
  )
  const rows = parseNumberRows(numbers.join('\n'), { columns: 5, name: 'iris' })
  const inputs = Float32Array.from(rows.flatMap((row) => row.slice(0, 4)))
  const targets = Int32Array.from(rows, (row) => row[4] ?? 0) // every row has 5 columns
  return createDataset({
    name: 'iris',
    task: 'classification',
    inputs: { shape: [rows.length, 4], dtype: 'f32', data: inputs },
    targets: { shape: [rows.length], dtype: 'i32', data: targets },
    classes,
    featureNames: header.split(',').slice(0, 4),
    source: 'UCI "Iris", R. A. Fisher, CC BY 4.0, https://doi.org/10.24432/C56C76',
  })
}
