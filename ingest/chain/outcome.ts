/** What a promise came to, for what is fetched ahead and may never be looked at. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown }

/** A promise that never rejects. */
export const settle = <T>(promise: Promise<T>): Promise<Outcome<T>> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error })
  )

/** The value. @throws what the promise rejected with */
export function unwrap<T>(outcome: Outcome<T>): T {
  if ('error' in outcome) throw outcome.error
  return outcome.value
}
