/** Imported before a program: tells on stderr, at its end, how much memory it took at most. */
import { writeSync } from 'node:fs'

process.on('exit', () => {
  writeSync(2, `peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`)
})
