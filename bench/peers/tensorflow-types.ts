/** As much of TensorFlow.js as is used here; the package itself need not be there to check this. */

export interface Tensor {
  readonly shape: readonly number[]
  add(other: Tensor | number): Tensor
  sub(other: Tensor | number): Tensor
  mul(other: Tensor | number): Tensor
  div(other: Tensor | number): Tensor
  square(): Tensor
  mean(axis?: number, keepDims?: boolean): Tensor
  relu(): Tensor
  sigmoid(): Tensor
  reshape(shape: number[]): Tensor
  transpose(axes: number[]): Tensor
  dataSync(): Float32Array
  dispose(): void
}

export interface Variable extends Tensor {
  assign(value: Tensor): void
}

interface TensorFlowOptimizer {
  minimize(loss: () => Tensor, returnsCost: true, variables: readonly Variable[]): Tensor
}

export interface TensorFlow {
  readonly train: {
    sgd(learningRate: number): TensorFlowOptimizer
    adam(rate: number, beta1: number, beta2: number, epsilon: number): TensorFlowOptimizer
  }
  readonly losses: {
    softmaxCrossEntropy(labels: Tensor, logits: Tensor): Tensor
    meanSquaredError(labels: Tensor, predictions: Tensor): Tensor
  }
  setBackend(name: string): Promise<boolean>
  ready(): Promise<void>
  tidy<T extends Tensor | undefined>(work: () => T): T
  dispose(tensors: readonly Tensor[]): void
  scalar(number: number): Tensor
  tensor(data: Float32Array, shape: number[]): Tensor
  variable(initial: Tensor): Variable
  valueAndGrads(f: (...args: readonly Tensor[]) => Tensor): (args: readonly Tensor[]) => {
    readonly value: Tensor
    readonly grads: readonly Tensor[]
  }
  grads(
    f: (...args: readonly Tensor[]) => Tensor,
  ): (args: readonly Tensor[], upstream: Tensor) => readonly Tensor[]
  moments(
    x: Tensor,
    axes: readonly number[],
    keepDims: boolean,
  ): { readonly mean: Tensor; readonly variance: Tensor }
  concat(tensors: readonly Tensor[], axis: number): Tensor
  zeros(shape: number[]): Tensor
  conv2d(x: Tensor, kernel: Tensor, strides: number, padding: 'same'): Tensor
  depthwiseConv2d(x: Tensor, kernel: Tensor, strides: number, padding: 'same'): Tensor
  maxPool(x: Tensor, size: number, strides: number, padding: 'valid'): Tensor
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor
  rsqrt(x: Tensor): Tensor
  softmax(x: Tensor): Tensor
  split(x: Tensor, parts: number, axis: number): readonly Tensor[]
  sum(x: Tensor, axis: number): Tensor
  tanh(x: Tensor): Tensor
  neg(x: Tensor): Tensor
  topk(x: Tensor, k: number): { readonly values: Tensor }
}
