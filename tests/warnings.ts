/** A warning in a test is a failure: vitest runs this before each test file. */
for (const level of ['warn', 'error'] as const) {
  console[level] = (...args: readonly unknown[]): never => {
    throw new Error(`console.${level} in a test: ${args.map(String).join(' ')}`)
  }
}
process.on('warning', (warning) => {
  throw new Error(`Node warned in a test: ${warning.name}: ${warning.message}`, { cause: warning })
})
