/**
 * Prints "N passed, N failed" over vitest's JSON reports in a folder, and ", N skipped" where some
 * were. A file that could not be loaded counts as one failure; no report at all is an error.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? '.'
const reports = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))

const sum = (count) => reports.reduce((total, report) => total + count(report), 0)
const unloaded = (report) =>
  report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )

const passed = sum((report) => report.numPassedTests)
const failed = sum((report) => report.numFailedTests + unloaded(report).length)
const skipped = sum((report) => report.numPendingTests + report.numTodoTests)

console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
if (passed === 0) process.exitCode = 1
