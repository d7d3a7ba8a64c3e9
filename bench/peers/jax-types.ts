/** As much of jax-js as is used here; the package itself need not be there to check this. */

export interface JaxArray {
  /** The same array, with one more owner. */
  readonly ref: JaxArray
  readonly shape: number[]
  add(other: JaxArray | number): JaxArray
  sub(other: JaxArray | number): JaxArray
  mul(other: JaxArray | number): JaxArray
  div(other: JaxArray | number): JaxArray
  neg(): JaxArray
  reshape(shape: number[]): JaxArray
  transpose(axes?: number[]): JaxArray
  blockUntilReady(): Promise<JaxArray>
  data(): Promise<Float32Array>
  dataSync(): Float32Array
  dispose(): void
}

interface Numpy {
  readonly bool: string
  concatenate(arrays: JaxArray[], axis: number): JaxArray
  array(data: ArrayLike<number>, options?: { readonly dtype?: string }): JaxArray
  zeros(shape: number[]): JaxArray
  matmul(a: JaxArray, b: JaxArray): JaxArray
  max(x: JaxArray, axis: number | number[], options?: { keepdims: boolean }): JaxArray
  sum(x: JaxArray, axis?: number | null, options?: { keepdims: boolean }): JaxArray
  mean(x: JaxArray, axis?: number | number[] | null, options?: { keepdims: boolean }): JaxArray
  power(x: JaxArray | number, y: JaxArray | number): JaxArray
  reciprocal(x: JaxArray): JaxArray
  split(x: JaxArray, parts: number, axis: number): JaxArray[]
  sort(x: JaxArray, axis: number): JaxArray
  sqrt(x: JaxArray): JaxArray
  tanh(x: JaxArray): JaxArray
  where(condition: JaxArray, x: JaxArray | number, y: JaxArray | number): JaxArray
}

interface Activations {
  gelu(x: JaxArray): JaxArray
  relu(x: JaxArray): JaxArray
  sigmoid(x: JaxArray): JaxArray
  softmax(x: JaxArray, axis: number): JaxArray
  logSoftmax(x: JaxArray, axis: number): JaxArray
}

export interface Jax {
  readonly numpy: Numpy
  readonly nn: Activations
  readonly lax: {
    conv(x: JaxArray, kernel: JaxArray, strides: number[], padding: string): JaxArray
    convGeneralDilated(
      x: JaxArray,
      kernel: JaxArray,
      strides: number[],
      padding: string,
      options: { readonly featureGroupCount: number },
    ): JaxArray
    stopGradient(x: JaxArray): JaxArray
  }
  init(device: string): Promise<unknown>
  defaultDevice(device: string): unknown
  jit<F>(f: F): F
  valueAndGrad<Rest extends readonly unknown[]>(
    f: (parameters: readonly JaxArray[], ...rest: Rest) => JaxArray,
  ): (parameters: readonly JaxArray[], ...rest: Rest) => [JaxArray, JaxArray[]]
}
