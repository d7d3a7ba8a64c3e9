/** What the columns of a table are called, before it is known what to do with them. */
import type { LayoutOptions } from './csv-layout.ts'
import { readLayout } from './csv-table.ts'

/**
 * The names of a table's columns, in their order: 1, 2, … where it has no header, and '' for one
 * that its header leaves without a name. `name` is what messages call the table.
 *
 * Throws: DATA where the text is empty or cannot be parted into cells.
 *
 * @example
 * await columnNames('length,species\n5.1,setosa\n') // ['length', 'species']
 */
export async function columnNames(
  text: string,
  { name = 'table', ...options }: LayoutOptions & { readonly name?: string } = {},
): Promise<readonly string[]> {
  return (await readLayout({ text, name }, options)).names
}
