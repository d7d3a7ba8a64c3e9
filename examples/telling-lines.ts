/** What the tests ask of the examples. */

/**
 * Lines of each example that are there only if it has worked. Last digits are left open where
 * engines may differ in the last bit of exp and tanh.
 */
export const quick: Readonly<Record<string, readonly RegExp[]>> = {
  '01-one-gate.ts': [/^the gradient 2 comes back as \{ a: -8, b: 6 \}$/],
  '02-the-article-network.ts': [
    /^F6 +ŷ = z3 +\[4, 1\]/,
    /^B10 +dJ\/dW1 = xᵀ · dJ\/du1 +\[2, 4\]·\[4, 3\] → \[2, 3\]/,
    /^0⊕0, 0⊕1, 1⊕0, 1⊕1 = -?0\.0\d, (0\.9|1\.0)\d, (0\.9|1\.0)\d, -?0\.0\d$/,
  ],
  '03-your-own-gate.ts': [
    /^gradcheck passed$/,
    /^J = 0\.000\d+, answers 0\.0\d, 1\.00, 1\.00, 0\.0\d$/,
  ],
  '04-softmax-classifier.ts': [/^right on 3\d\d of 359 digits it never saw: 9[5-9]\.\d %$/],
  '05-scan-over-time.ts': [/^step 200: J = 0\.00\d+$/],
  '06-gradients-of-gradients.ts': [/^5 +\d\.\de-1\d +\d\.\de-2$/], // 12 digits and 2
  '07-transformer.ts': [/^she sells sea shells by the sea shore, she sells s$/],
  '08-draw.ts': [
    /^docs\/pictures\/network\.svg: The graph of J, \d+ × \d+$/,
    /^docs\/pictures\/multiply\.svg: The gate multiply, close up, \d+ × \d+$/,
  ],
  '09-save-and-resume.ts': [
    /^aborted at step 100, in epoch 13$/,
    /^went on to step 240: (9\d\.\d|100\.0) % right$/,
    /^the two files are the same, byte by byte$/,
    /^setosa \d+\.\d %, versicolor \d+\.\d %, virginica \d+\.\d %$/,
  ],
  '17-graph-element.ts': [/^13 nodes, \d+ kB in one file:$/, /sluice-graph\.html$/],
  '18-fine-tune.ts': [
    /^its last layer is "fc", which reads \/Relu_2_output_0$/,
    /^fine-tuned: 8[6-9]\.\d %, afresh: 8[1-5]\.\d %$/,
    /^F2 +u2 = conv\(u1, 1\.conv1\.weight\)/,
    /^\d{5} bytes of ONNX, inputs pixels$/,
  ],
}

/** What an example that takes longer is run with, and its telling lines. */
export interface LongRun {
  /** Arguments that make it smaller. */
  readonly args: readonly string[]
  /** The data that it needs, beside the checkout. */
  readonly needs?: string
  readonly lines: readonly RegExp[]
}

export const long: Readonly<Record<string, LongRun>> = {
  '10-mnist-cnn.ts': {
    args: ['../shared/data/mnist', '2000', '2'],
    needs: '../shared/data/mnist',
    lines: [/^epoch 2: loss 0\.\d+, /, /^right on (8\d|9\d)\.\d\d % of 2000 digits/],
  },
  '11-autoencoder.ts': {
    args: [],
    lines: [/^8 numbers explain (6[5-9]|7\d)\.\d % of 64 pixels of new digits$/, /█.+→.+▓/],
  },
  '12-regression.ts': {
    args: ['../shared/data/tabular'],
    needs: '../shared/data/tabular',
    lines: [/^on 88 it never saw: R² = 0\.(4[5-9]|5\d)\d$/, /^5 +\d+ +\d+$/],
  },
  '13-physics-informed.ts': { args: [], lines: [/^never further off than 0\.0[01]\d+$/] },
  '14-generative-adversarial.ts': {
    args: [],
    lines: [
      /^1(1|2)\d of 128 drawn points lie within a quarter of the ring$/,
      /^they are in 4 of 4 quarters of it$/,
    ],
  },
  '15-character-transformer.ts': {
    args: ['../shared/data/tinyshakespeare/input.txt', '100'],
    needs: '../shared/data/tinyshakespeare',
    lines: [/^step 100: 2\.\d+ nats per letter, held out 2\.[3-7]\d+, \d+ s$/],
  },
  '16-lstm-text.ts': {
    args: ['../shared/data/tinyshakespeare/input.txt', '100'],
    needs: '../shared/data/tinyshakespeare',
    lines: [/^step 1: 4\.1\d+ nats per letter$/, /^step 100: 2\.[1-5]\d+ nats per letter$/],
  },
}
