/**
 * `<sluice-graph>` on a page of your own: the [2, 3, 1] network with the numbers of one pass, to be
 * panned, zoomed and walked through by keys. The page is one file that needs no server.
 */
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { input, mse, parameter, trace } from 'sluice'
import { draw } from 'sluice/draw'
import { build } from 'vite'

const x = input('x', [4, 2])
const y = input('y', [4, 1])
const hidden = x
  .matmul(parameter('W1', [2, 3]))
  .add(parameter('b1', [3]))
  .sigmoid()
const output = hidden.matmul(parameter('W2', [3, 1])).add(parameter('b2', [1]))
const J = mse(output.named('ŷ'), y).named('J')
const feeds = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [[0], [1], [1], [0]] } // biome-ignore format: a truth table
const drawing = draw(J, { values: await trace(J, feeds) })

// Any bundler does. In a project with one, all of this is `import 'sluice/element'`.
const built = await build({
  configFile: false,
  logLevel: 'silent',
  build: {
    write: false,
    target: 'es2022',
    lib: {
      entry: fileURLToPath(new URL('../src/element/index.ts', import.meta.url)),
      formats: ['es'],
    },
  },
})
const [bundle] = Array.isArray(built) ? built : []
const [chunk] = bundle?.output ?? []
if (!chunk) throw new Error('Vite gave no script')

// What stands in a script must not end it.
const script = chunk.code.replaceAll('</script', '<\\/script')
const json = JSON.stringify(drawing).replaceAll('<', '\\u003c')
const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The network of exclusive or</title>
<style>body { margin: 2rem; font: 16px/1.5 system-ui, sans-serif; color-scheme: light dark }</style>
<h1>The network of exclusive or</h1>
<sluice-graph></sluice-graph>
<p id="chosen">Click a gate, or follow the edges with the arrow keys.</p>
<script type="module">${script}</script>
<script type="application/json" id="drawing">${json}</script>
<script type="module">
const view = document.querySelector('sluice-graph')
view.drawing = JSON.parse(document.querySelector('#drawing').textContent)
view.addEventListener('sluice-select', ({ detail }) => {
  const node = view.scene.nodes.find(({ id }) => id === detail.id)
  document.querySelector('#chosen').textContent = node ? node.hint : ''
})
</script>
</html>
`
const file = join(tmpdir(), 'sluice-graph.html')
await writeFile(file, page)
console.log(
  `${drawing.diagram.nodes.length} nodes, ${Math.round(page.length / 1000)} kB in one file:`,
)
console.log(file)
