/** Pools against PyTorch. */
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  lpPool1d,
  lpPool2d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from 'sluice'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/pooling.json' with { type: 'json' }

const builders: Readonly<Record<string, Build>> = {
  maxPool1d: (given, { window, ...options }) => maxPool1d(given('x'), window, options),
  maxPool2d: (given, { window, ...options }) => maxPool2d(given('x'), window, options),
  maxPool3d: (given, { window, ...options }) => maxPool3d(given('x'), window, options),
  avgPool1d: (given, { window, ...options }) => avgPool1d(given('x'), window, options),
  avgPool2d: (given, { window, ...options }) => avgPool2d(given('x'), window, options),
  avgPool3d: (given, { window, ...options }) => avgPool3d(given('x'), window, options),
  lpPool1d: (given, { norm, window, ...options }) => lpPool1d(given('x'), norm, window, options),
  lpPool2d: (given, { norm, window, ...options }) => lpPool2d(given('x'), norm, window, options),
  adaptiveAvgPool1d: (given, { size }) => adaptiveAvgPool1d(given('x'), size),
  adaptiveAvgPool2d: (given, { size }) => adaptiveAvgPool2d(given('x'), size),
  adaptiveAvgPool3d: (given, { size }) => adaptiveAvgPool3d(given('x'), size),
  adaptiveMaxPool1d: (given, { size }) => adaptiveMaxPool1d(given('x'), size),
  adaptiveMaxPool2d: (given, { size }) => adaptiveMaxPool2d(given('x'), size),
  adaptiveMaxPool3d: (given, { size }) => adaptiveMaxPool3d(given('x'), size),
}

testRecording(recorded, builders)
