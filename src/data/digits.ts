import { createDataset, type Dataset } from './dataset.ts'
import { parseNumberRows } from './number-rows.ts'
import { readPackagedText } from './packaged.ts'

/**
 * 1,797 real handwritten digits, 8 by 8 pixels each, as the counts 0 … 16 that the file holds;
 * `scaleInputs(await digits())` brings them to 0 … 1.
 *
 * Shapes: inputs u8[1797, 64], targets i32[1797].
 * Throws: DATA where the file that the package ships cannot be read.
 * Source: UCI "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak, CC BY 4.0.
 *
 * @example
 * const { train, heldOut } = split(scaleInputs(await digits()), { heldOut: 0.2, seed: 1 })
 */
export async function digits(): Promise<Dataset> {
  const file = new URL('../../data/digits.csv.gz', import.meta.url)
  const rows = parseNumberRows(await readPackagedText(file), { columns: 65, name: 'digits' })
  const inputs = new Uint8Array(rows.length * 64)
  const targets = new Int32Array(rows.length)
  rows.forEach((row, index) => {
    inputs.set(row.slice(0, 64), index * 64)
    targets[index] = row[64] ?? 0 // every row has 65 columns
  })
  return createDataset({
    name: 'digits',
    task: 'classification',
    inputs: { shape: [rows.length, 64], dtype: 'u8', data: inputs },
    targets: { shape: [rows.length], dtype: 'i32', data: targets },
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    featureNames: Array.from({ length: 64 }, (_, k) => `pixel ${Math.floor(k / 8)},${k % 8}`),
    imageShape: [8, 8],
    inputRange: [0, 16],
    source:
      'UCI "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak, CC BY 4.0, https://doi.org/10.24432/C50P49',
  })
}
