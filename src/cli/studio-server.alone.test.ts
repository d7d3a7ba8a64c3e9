/** The studio's server under many requests, and under clients that go away in the middle. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StudioServer, serveStudio } from './studio-server.ts'

let folder: string
let server: StudioServer
const agent = new Agent({ keepAlive: true, maxSockets: 32 })
/** Larger than what the system takes off a socket at once. */
const large = Buffer.alloc(8 * 2 ** 20, 'x')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-studio-load-'))
  await writeFile(join(folder, 'index.html'), '<p>the studio</p>')
  await writeFile(join(folder, 'large.js'), large)
  server = await serveStudio({ folder, port: 0, given: { name: 'bytes', content: large } })
})

afterAll(async () => {
  agent.destroy()
  await server.close()
  await rm(folder, { recursive: true })
})

function statusOf(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: server.port, path, agent }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode))
    }).on('error', reject)
  })
}

/** Reads the beginning of an answer, and goes. */
function abort(path: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`)
    })
    socket.once('data', () => socket.resetAndDestroy())
    socket.on('error', () => {}).on('close', () => resolve())
  })
}

async function times(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < count; start += 50) {
    await Promise.all(Array.from({ length: Math.min(50, count - start) }, (_, k) => act(start + k)))
  }
}

/** What lives after everything that can be collected has been, in bytes. */
function living(): number {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test('10,000 requests and 1,000 that break off are survived, and nothing of them is kept', async () => {
  const paths = ['/', '/index.html', '/nothing', '/..%2fsecret']
  const expected = [200, 200, 404, 404]
  const wrong: string[] = []
  const ask = async (index: number) => {
    const status = await statusOf(paths[index % 4] ?? '/')
    if (status !== expected[index % 4]) wrong.push(`${paths[index % 4]}: ${status}`)
  }
  await times(1000, ask) // what is made once is made now
  await times(100, (index) => abort(index % 2 ? '/large.js' : '/given/bytes'))
  const before = living()
  await times(10_000, ask)
  await times(1000, (index) => abort(index % 2 ? '/large.js' : '/given/bytes'))
  expect(wrong).toEqual([])
  const start = performance.now()
  expect(await statusOf('/')).toBe(200)
  expect(performance.now() - start).toBeLessThan(1000)
  // 100 bytes for each request; one kept answer in eight would be more.
  expect(living() - before).toBeLessThan(2 ** 20)
}, 120_000)
