import { expect, test } from 'vitest'
import { columnNames } from './column-names.ts'

test('columns are called as the header says, or numbered', async () => {
  expect(await columnNames('length;species\n5,1;setosa\n')).toEqual(['length', 'species'])
  expect(await columnNames('5.1,3\n4.9,2\n')).toEqual(['1', '2'])
  // What cannot be learned from has names all the same.
  expect(await columnNames('a,b,\n1,,\n')).toEqual(['a', 'b', ''])
})

test('a text without rows has none, and says so', async () => {
  await expect(columnNames('', { name: 'bad.csv' })).rejects.toThrow('bad.csv: the table is empty')
})
