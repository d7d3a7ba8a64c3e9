#!/usr/bin/env node
/** The executable `sluice`. */
import { processIo } from './io.ts'
import { run } from './run.ts'

// A reader that has seen enough (`| head`) closes the pipe: no more output is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

process.exitCode = await run(process.argv.slice(2), processIo())
