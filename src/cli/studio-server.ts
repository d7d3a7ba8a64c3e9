/** Serves the studio's build, and nothing else, to browsers that ask for it by its own address. */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { SluiceError } from '../errors.ts'

export interface StudioServerOptions {
  /** The folder of the build. */
  readonly folder: URL | string
  /** Where to listen. Default 127.0.0.1: this machine alone. */
  readonly host?: string
  /** The first port that is tried; 0 takes any. */
  readonly port: number
  /** What the page is to show, at `given/<name>`: the one file beside the build that is served. */
  readonly given?: GivenFile | undefined
}

export interface GivenFile {
  readonly name: string
  /** Where it lies, or what is in it. */
  readonly content: string | Uint8Array
}

export interface StudioServer {
  readonly url: string
  readonly port: number
  /** Ends all connections. */
  close(): Promise<void>
}

/** How many ports are tried, one after the other, where they are taken. */
const attempts = 20

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
}

/** Scripts, styles and fonts of this server alone; WebAssembly may be compiled; pages isolated. */
const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

/**
 * Starts the server; a port that is taken is passed over for the next one.
 *
 * Throws: FILE where the folder holds no build, OPTION where no port can be had.
 */
export async function serveStudio({
  folder,
  host = '127.0.0.1',
  port,
  given,
}: StudioServerOptions): Promise<StudioServer> {
  const files = new Map<string, Content>(await filesOf(folder))
  if (given) files.set(`/given/${given.name}`, given.content)
  const server = createServer((request, response) => {
    const address = server.address() as AddressInfo // it listens on a port, not on a pipe
    answer(request, response, { files, hosts: hostsOf(host, address.port) })
  })
  // A client that sends no HTTP is told so; one that has gone away needs no answer.
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
  })
  const taken = await listen(server, host, port)
  return {
    port: taken,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** What may be asked for, by its path: what is not in this list does not exist. */
async function filesOf(folder: URL | string): Promise<ReadonlyMap<string, string>> {
  const root = typeof folder === 'string' ? folder : decodeURIComponent(folder.pathname)
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(root.length).replaceAll('\\', '/').replace(/^\/?/, '/'), path]),
  )
  const index = files.get('/index.html')
  if (index === undefined) {
    throw new SluiceError({
      code: 'FILE',
      what: 'studio: its pages are not there',
      where: root,
      expected: 'the build of the studio, with index.html',
      got: files.size === 0 ? 'nothing' : `${files.size} other files`,
      fix: 'in a checkout run npm run build; installed, install the package again',
    })
  }
  return files.set('/', index)
}

/** The names that a browser on this machine calls the server by. */
function hostsOf(host: string, port: number): ReadonlySet<string> {
  const names = [host.includes(':') ? `[${host}]` : host, 'localhost', '127.0.0.1', '[::1]']
  return new Set(names.map((name) => `${name}:${port}`))
}

/** The path of a file, or its bytes. */
type Content = string | Uint8Array

interface Site {
  readonly files: ReadonlyMap<string, Content>
  readonly hosts: ReadonlySet<string>
}

function answer(request: IncomingMessage, response: ServerResponse, site: Site): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  const found = find(request, site)
  const isHead = request.method === 'HEAD'
  if (typeof found === 'string') send(found, response, isHead)
  else if (found instanceof Uint8Array) sendBytes(found, response, isHead)
  else refuse(response, found)
}

interface Refusal {
  readonly status: number
  readonly why: string
}

/** The file that is asked for, or why there is none. */
function find({ method = '', url = '/', headers }: IncomingMessage, site: Site): Content | Refusal {
  // A page elsewhere that has its name point here would be let in by the address alone.
  if (!site.hosts.has(headers.host ?? '')) return { status: 403, why: 'a foreign Host' }
  const { origin } = headers
  if (origin !== undefined && !site.hosts.has(origin.replace(/^http:\/\//, ''))) {
    return { status: 403, why: 'a foreign Origin' }
  }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, why: 'only GET and HEAD' }
  return site.files.get(decoded(url)) ?? { status: 404, why: 'no such file' }
}

/** The path of a URL; nothing that a file is called by where it cannot be decoded. */
function decoded(url: string): string {
  try {
    return decodeURIComponent(url.replace(/[?#].*$/s, ''))
  } catch {
    return ''
  }
}

function send(path: string, response: ServerResponse, isHead: boolean): void {
  stat(path).then(
    ({ size }) => {
      response.setHeader('Content-Type', types[extname(path)] ?? 'application/octet-stream')
      response.setHeader('Content-Length', size)
      response.setHeader('Cache-Control', 'no-cache')
      if (isHead) {
        response.end()
        return
      }
      const stream = createReadStream(path)
      stream.on('error', () => response.destroy())
      response.on('close', () => stream.destroy())
      stream.pipe(response)
    },
    () => refuse(response, { status: 404, why: 'the file has gone' }),
  )
}

function sendBytes(bytes: Uint8Array, response: ServerResponse, isHead: boolean): void {
  response.setHeader('Content-Type', 'application/octet-stream')
  response.setHeader('Content-Length', bytes.length)
  response.setHeader('Cache-Control', 'no-cache')
  response.end(isHead ? undefined : bytes)
}

function refuse(response: ServerResponse, { status, why }: Refusal): void {
  response.statusCode = status
  if (status === 405) response.setHeader('Allow', 'GET, HEAD')
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.end(`${status}: ${why}\n`)
}

async function listen(server: Server, host: string, first: number): Promise<number> {
  const ports = first === 0 ? [0] : Array.from({ length: attempts }, (_, k) => first + k)
  for (const port of ports.filter((one) => one <= 65_535)) {
    const error = await listenOn(server, host, port)
    if (!error) return (server.address() as AddressInfo).port // it listens on a port
    if (error.code !== 'EADDRINUSE') throw cannotListen(host, `port ${port}: ${error.message}`)
  }
  throw cannotListen(host, `ports ${first} to ${first + attempts - 1} are all taken`)
}

function listenOn(
  server: Server,
  host: string,
  port: number,
): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    server.once('error', resolve)
    server.listen(port, host, () => {
      server.off('error', resolve)
      resolve(undefined)
    })
  })
}

function cannotListen(host: string, got: string): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'studio: there is no port to listen on',
    expected: `a free port of ${host}`,
    got,
    fix: 'give another one by --port, or 0 for any',
  })
}
