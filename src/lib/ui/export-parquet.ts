/** A chart's table as a Parquet file, made in the browser. The only user of hyparquet-writer; loaded when it is asked for. */
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { About, Cell, TableData } from './export.ts'

type Column = Parameters<typeof parquetWriteBuffer>[0]['columnData'][number]

/**
 * Numbers become DOUBLE, or INT64 when all are integers that JavaScript holds exactly; all else UTF8 text. Null stays null, and every column may hold it.
 * @param about stored as key-value metadata of the file
 * @throws Error when two columns have the same name
 */
export function toParquet({ columns, rows }: TableData, about: About): ArrayBuffer {
  const twice = columns.find(({ name }, i) => columns.findIndex((other) => other.name === name) !== i)
  if (twice) throw new Error(`two columns are named '${twice.name}', and Parquet tells columns by their names`)
  return parquetWriteBuffer({
    columnData: columns.map(({ name, numeric }, i) =>
      columnOf(
        name,
        numeric,
        rows.map((row) => row[i] ?? null)
      )
    ),
    kvMetadata: Object.entries(about).map(([key, value]) => ({ key, value })),
    createdBy: 'Rackrate'
  })
}

/** @param numeric decides for a column without any value */
function columnOf(name: string, numeric: boolean, cells: readonly Cell[]): Column {
  const values = cells.filter((cell) => cell !== null)
  const numbers = values.every((value) => typeof value === 'number') && (values.length > 0 || numeric)
  if (!numbers) return { name, type: 'STRING', data: cells.map((cell) => (cell === null ? null : String(cell))) }
  if (values.length === 0 || !values.every((value) => Number.isSafeInteger(value)))
    return { name, type: 'DOUBLE', data: [...cells] }
  return { name, type: 'INT64', data: cells.map((cell) => (cell === null ? null : BigInt(cell))) }
}
