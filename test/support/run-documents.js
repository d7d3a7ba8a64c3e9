/**
 * Imports the programs that it is given the names of, from out/ beside it, one after the other, and
 * says for each in a line of JSON what it printed and what it threw.
 */
import { format } from 'node:util'

for (const name of process.argv.slice(2)) {
  const printed = []
  console.log = (...values) => printed.push(format(...values))
  let error
  try {
    await import(new URL(`out/${name}.js`, import.meta.url).href)
  } catch (thrown) {
    error = String(thrown?.stack ?? thrown)
  }
  process.stdout.write(`${JSON.stringify({ name, printed: printed.join('\n'), error })}\n`)
}
process.exit()
