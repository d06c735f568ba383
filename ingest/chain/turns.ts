/** Turns of the event loop, given out one by one: what arrives meanwhile is taken in, and what is to be sent goes out, before the next. */
const waiting: (() => void)[] = []

function next(): void {
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(next)
}

/** Resolves in a turn that no other caller has, first come first. */
export function ownTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(next)
  })
}
