/** Results as text: a Markdown table for each row, and its targets. */
import { type Measurement, type Row, type RowResult, type Target, verdictOf } from './row.ts'

/** Fits into README.md as it is. */
export function resultText({ id, title }: Row, { measurements, targets }: RowResult): string {
  const lines = [`## ${id}: ${title}`, '', ...table(measurements), '', ...targets.map(targetLine)]
  return lines.join('\n')
}

function table(measurements: readonly Measurement[]): readonly string[] {
  const columns = [...new Set(measurements.flatMap(({ numbers }) => Object.keys(numbers)))]
  const hasNotes = measurements.some(({ note }) => note !== undefined)
  const rows = measurements.map((measurement) => [
    measurement.case,
    measurement.contender,
    ...columns.map((column) => numberText(measurement.numbers[column])),
    ...(hasNotes ? [(measurement.note ?? '').replaceAll('|', '/')] : []),
  ])
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = ['---', '---', ...columns.map(() => '---:'), ...(hasNotes ? ['---'] : [])]
  const head = ['', '', ...columns, ...(hasNotes ? [''] : [])]
  return [line(head), line(rule), ...rows.map(line)]
}

function targetLine(target: Target): string {
  const { name, got, atMost, atLeast } = target
  const limit = atMost === undefined ? `≥ ${numberText(atLeast)}` : `≤ ${numberText(atMost)}`
  return `- ${verdictOf(target)}: ${name}: ${numberText(got)}, to be ${limit}`
}

/** Three digits that count, and thousands set apart. */
function numberText(number: number | undefined): string {
  if (number === undefined || Number.isNaN(number)) return '–'
  if (Number.isInteger(number)) return number.toLocaleString('en')
  return Number(number.toPrecision(3)).toLocaleString('en')
}
