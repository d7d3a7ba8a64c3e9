/**
 * Two networks against each other: one draws points from noise, the other tells drawn points from
 * real ones, which lie on a ring. Each has its own program and its own optimizer; both programs
 * stand on one store, so each sees what the other has just learned.
 */
import { adam, bceWithLogits, compile, createStore, input, ones, zeros } from 'sluice'
import { leakyRelu, linear, sequential, tanh } from 'sluice/nn'

const batch = 128
const store = createStore({ seed: 2 })

const generator = sequential(...[linear(2, 32), tanh(), linear(32, 32), tanh(), linear(32, 2)]).at(
  'generator',
)
const judge = sequential(
  ...[linear(2, 32), leakyRelu({ negativeSlope: 0.2 })],
  ...[linear(32, 32), leakyRelu({ negativeSlope: 0.2 }), linear(32, 1)],
).at('judge', 4)

const noise = input('noise', [batch, 2])
const real = input('real', [batch, 2])
const drawn = generator(noise)

// The judge learns to say 1 to real points and 0 to drawn ones …
const seen = bceWithLogits(judge(real), ones([batch, 1]))
const JJudge = seen.add(bceWithLogits(judge(drawn), zeros([batch, 1])))
const judging = await compile(
  { J: JJudge },
  {
    updates: adam(JJudge, {
      ...{ learningRate: 0.002, betas: [0.5, 0.999], key: 'judge.learningRate' },
      parameters: Object.values(judge.parameters),
    }),
    store,
  },
)
// … and the generator to have its points called real: the same gates, other weights moved.
const JGenerator = bceWithLogits(judge(drawn), ones([batch, 1]))
const drawing = await compile(
  { J: JGenerator, drawn },
  {
    updates: adam(JGenerator, {
      ...{ learningRate: 0.001, betas: [0.5, 0.999], key: 'generator.learningRate' },
      parameters: Object.values(generator.parameters),
    }),
    store,
  },
)

// A small generator of random numbers, so that every run shows the same (mulberry32).
let state = 7
function random(): number {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
const noisy = () => Array.from({ length: batch }, () => [normal(), normal()])
const ring = () =>
  Array.from({ length: batch }, () => {
    const angle = 2 * Math.PI * random()
    return [Math.cos(angle), Math.sin(angle)].map((one) => one + 0.05 * normal())
  })

for (let i = 1; i <= 3000; i++) {
  const told = judging.run({ real: ring(), noise: noisy() })
  const drew = drawing.run({ noise: noisy() })
  if (i === 1 || i % 1000 === 0) {
    const [forJudge, forGenerator] = [await told.J.item(), await drew.J.item()]
    console.log(`step ${i}: judge ${forJudge.toFixed(3)}, generator ${forGenerator.toFixed(3)}`)
  }
}

const points = await drawing.run({ noise: noisy() }).drawn.data()
const radii = Array.from({ length: batch }, (_, k) =>
  Math.hypot(Number(points[2 * k]), Number(points[2 * k + 1])),
)
const onRing = radii.filter((radius) => Math.abs(radius - 1) < 0.25).length
console.log(`${onRing} of ${batch} drawn points lie within a quarter of the ring`)
const quarters = new Set(
  radii.map((_, k) => `${Number(points[2 * k]) > 0} ${Number(points[2 * k + 1]) > 0}`),
)
console.log(`they are in ${quarters.size} of 4 quarters of it`)
