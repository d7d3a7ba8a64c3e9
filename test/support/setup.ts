/** Before each test file. What it imports runs once in a worker: testers would pile up otherwise. */
import './property-seed.ts'
import './value-equality.ts'
