/** Linear algebra against PyTorch. */
import { linalg } from 'sluice'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/linalg.json' with { type: 'json' }

const builders: Readonly<Record<string, Build>> = {
  cholesky: (given, { upper }) => linalg.cholesky(given('a'), { upper }),
  solve: (given, options) => linalg.solve(given('a'), given('b'), options),
  triangularSolve: (given, options) => linalg.solveTriangular(given('a'), given('b'), options),
  inverse: (given) => linalg.inv(given('a')),
  det: (given) => linalg.det(given('a')),
  slogdet: (given) => linalg.slogdet(given('a')),
  lu: (given) => linalg.lu(given('a')),
  qr: (given) => linalg.qr(given('a')),
  svd: (given) => {
    const [u, s, vT] = linalg.svd(given('a'))
    const across = [...s.shape.slice(0, -1), 1, s.shape.at(-1) ?? 0]
    const down = [...s.shape, 1]
    const v = transposed(vT)
    return [
      s,
      u.multiply(s.sin().reshape(across)).matmul(vT),
      u.matmul(transposed(u)),
      v.matmul(vT.multiply(s.multiply(s).reshape(down))),
    ]
  },
  eigh: (given) => {
    const [values, vectors] = linalg.eigh(given('a'))
    const across = [...values.shape.slice(0, -1), 1, values.shape.at(-1) ?? 0]
    return [
      values,
      vectors.multiply(values.exp().reshape(across)).matmul(transposed(vectors)),
      vectors.multiply(vectors),
    ]
  },
  pinv: (given) => linalg.pinv(given('a')),
  lstsq: (given) => linalg.lstsq(given('a'), given('b')),
  matrixPower: (given, { exponent }) => linalg.matrixPower(given('a'), exponent),
  matrixExp: (given) => linalg.matrixExp(given('a')),
  matrixNorm: (given, { order, keepDims }) => {
    const words: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity }
    const own = order === 'fro' || order === 'nuc' ? order : (words[order] ?? Number(order))
    return linalg.matrixNorm(given('a'), own, { keepDims })
  },
}

testRecording(recorded, builders)

function transposed(x: ReturnType<Parameters<Build>[0]>): typeof x {
  const last = x.shape.length - 1
  return x.transpose([...x.shape.map((_, axis) => axis).slice(0, -2), last, last - 1])
}
