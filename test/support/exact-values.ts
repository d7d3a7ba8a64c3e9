/** Exact values as test/vectors/maths.py writes them, and how far a result is from one. */

export interface ExactValue {
  readonly operands: readonly number[]
  /** The f64 nearest to the exact value. */
  readonly nearest: number
  /** Exact minus nearest, in ulp. */
  readonly residual: number
}

/** The records of a base64 text, each with so many operands. */
export function readExactValues(base64: string, operandCount: number): readonly ExactValue[] {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  const size = 8 * operandCount + 9
  return Array.from({ length: bytes.length / size }, (_, i) => ({
    operands: Array.from({ length: operandCount }, (__, n) =>
      view.getFloat64(size * i + 8 * n, true),
    ),
    nearest: view.getFloat64(size * i + 8 * operandCount, true),
    residual: view.getInt8(size * i + size - 1) / 256,
  }))
}

/** In ulp; NaN where a sign differs or the result is not finite. */
export function ulpsFrom({ nearest, residual }: ExactValue, got: number): number {
  if (!Number.isFinite(got) || (got !== 0 && nearest !== 0 && got > 0 !== nearest > 0)) return NaN
  const distance = Number(magnitudeBits(got) - magnitudeBits(nearest))
  return Math.abs(distance - (nearest < 0 ? -residual : residual))
}

function magnitudeBits(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(x))
  return view.getBigUint64(0)
}
