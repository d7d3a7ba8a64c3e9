import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StudioServer, serveStudio } from './studio-server.ts'

let folder: string
let server: StudioServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-studio-server-'))
  await mkdir(join(folder, 'build', 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'nobody may read this')
  await writeFile(join(folder, 'build', 'index.html'), '<p>the studio</p>')
  await writeFile(join(folder, 'build', 'assets', 'a b.js'), 'export {}')
  server = await serveStudio({ folder: join(folder, 'build'), port: 0 })
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

interface Got {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** Sends the path as it is: fetch would tidy `..` away. */
function ask(
  path: string,
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path, ...options }, (answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        body += part
      })
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }))
    })
    asked.on('error', reject).end()
  })
}

test('the build is served, with the headers that isolate its page', async () => {
  const { status, headers, body } = await ask('/')
  expect({ status, body }).toEqual({ status: 200, body: '<p>the studio</p>' })
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  expect(headers['cross-origin-opener-policy']).toBe('same-origin')
  expect(headers['cross-origin-embedder-policy']).toBe('require-corp')
  expect(headers['content-security-policy']).toMatch(/script-src 'self' 'wasm-unsafe-eval';/)
  expect(headers['content-security-policy']).not.toMatch(
    /unsafe-inline|unsafe-eval'.*unsafe-eval|\*/,
  )
  expect((await ask('/assets/a%20b.js?x=1')).headers['content-type']).toMatch(/^text\/javascript/)
  expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
})

describe.each([
  ['/../secret.txt'],
  ['/assets/../../secret.txt'],
  ['/%2e%2e/secret.txt'],
  ['/..%2fsecret.txt'],
  ['/..\\secret.txt'],
  ['//secret.txt'],
  ['/%252e%252e/secret.txt'],
  ['/assets/%2e%2e/%2e%2e/secret.txt'],
  ['/../build/index.html'],
  ['/./index.html'],
  ['/index.html/'],
  ['/index.html%00.js'],
  ['http://127.0.0.1/../secret.txt'],
  ['/given/'],
  ['/given/index.html'],
  ['/%00'],
  ['/%zz'],
  ['/assets'],
  ['/assets/'],
  ['/nothing.html'],
])('%s', (path) => {
  test('is not there', async () => {
    expect(await ask(path)).toMatchObject({ status: 404, body: '404: no such file\n' })
  })
})

test('a foreign Host or Origin is refused, names of this machine are not', async () => {
  const own = `127.0.0.1:${server.port}`
  expect((await ask('/', { headers: { Host: 'evil.example' } })).status).toBe(403)
  expect((await ask('/', { headers: { Host: '127.0.0.1:1' } })).status).toBe(403)
  expect((await ask('/', { headers: { Origin: 'https://evil.example' } })).status).toBe(403)
  expect((await ask('/', { headers: { Origin: 'null' } })).status).toBe(403)
  expect((await ask('/', { headers: { Origin: `http://${own}` } })).status).toBe(200)
  expect((await ask('/', { headers: { Host: `localhost:${server.port}` } })).status).toBe(200)
})

test('nothing can be written', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    expect(await ask('/', { method })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    })
  }
})

test('what is no HTTP and what breaks off is survived', async () => {
  for (let i = 0; i < 50; i++) {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(i % 2 ? 'GET / HTTP/1.1\r\nHost: ' : '\x16\x03\x01 no HTTP at all\r\n\r\n')
        setTimeout(() => socket.destroy(), 1)
      })
      socket.on('error', () => {}).on('close', () => resolve())
    })
  }
  expect((await ask('/')).status).toBe(200)
})

test('a taken port is passed over for the next one', async () => {
  const blocker = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => blocker.once('listening', resolve))
  const { port } = blocker.address() as AddressInfo // it listens on a port
  const next = await serveStudio({ folder: join(folder, 'build'), port })
  expect(next.port).toBeGreaterThan(port)
  expect(next.url).toBe(`http://127.0.0.1:${next.port}/`)
  await next.close()
  blocker.close()
})

test('without a build it says how to make one', async () => {
  await expect(serveStudio({ folder: join(folder, 'nowhere'), port: 0 })).rejects.toThrow(
    /FILE studio: its pages are not there[\s\S]*got +nothing[\s\S]*npm run build/,
  )
})
