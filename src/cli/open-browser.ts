/** Shows an address in the system's browser, where there is a desktop to show it on. */
import { spawn } from 'node:child_process'
import type { Io } from './io.ts'

/** Without a desktop, or a program that opens addresses, nothing happens. */
export function openBrowser(url: string, { environment }: Pick<Io, 'environment'>): void {
  const opener = openerFor(process.platform, environment)
  if (!opener) return
  const [command, ...args] = opener
  const child = spawn(command, [...args, url], { detached: true, stdio: 'ignore' })
  child.on('error', () => {}) // there is no such program here
  child.unref()
}

/** The program of a system, and what stands before the address. */
export function openerFor(
  platform: NodeJS.Platform,
  { DISPLAY, WAYLAND_DISPLAY }: Io['environment'],
): readonly [command: string, ...args: readonly string[]] | undefined {
  if (platform === 'darwin') return ['open']
  // `start` takes its first quoted argument for a title.
  if (platform === 'win32') return ['cmd', '/c', 'start', '']
  return DISPLAY || WAYLAND_DISPLAY ? ['xdg-open'] : undefined
}
