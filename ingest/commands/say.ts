/** News for the operator: standard error, since standard output carries data only. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`)
