/**
 * The tables of the lake, stated once: facts (what ingest appends) and public tables (what readers rely on).
 * Parquet schemas, TypeScript row types, views' column checks and the data dictionary come from here.
 */

/** SQL types that a column may have. Times are UTC `TIMESTAMP` (µs) without zone. */
export type ColumnType =
  | 'BIGINT'
  | 'INTEGER'
  | 'BOOLEAN'
  | 'DOUBLE'
  | 'VARCHAR'
  | 'DATE'
  | 'TIMESTAMP'
  | 'DECIMAL(38,0)'
  | 'DECIMAL(38,18)'
  | 'VARCHAR[]'

/** JavaScript value of a column in a row. Decimals are digit strings, days `YYYY-MM-DD`, times microseconds since 1970 (UTC). */
type ValueOf<T extends ColumnType> = T extends 'BIGINT'
  ? number | bigint
  : T extends 'INTEGER' | 'DOUBLE'
    ? number
    : T extends 'BOOLEAN'
      ? boolean
      : T extends 'TIMESTAMP'
        ? bigint
        : T extends 'VARCHAR[]'
          ? readonly string[]
          : string

export type Column = {
  readonly type: ColumnType
  readonly nullable: boolean
  /** Unit of the value, where it has one. */
  readonly unit?: string
  readonly meaning: string
}

export type Columns = { readonly [name: string]: Column }

export type RowOf<C extends Columns> = {
  readonly [K in keyof C]: C[K]['nullable'] extends true ? ValueOf<C[K]['type']> | null : ValueOf<C[K]['type']>
}

export type Table = {
  /** What one row is. */
  readonly row: string
  readonly columns: Columns
}

/** A column that is never null. */
export function col<const T extends ColumnType>(
  type: T,
  meaning: string,
  unit?: string
): { readonly type: T; readonly nullable: false; readonly meaning: string; readonly unit?: string } {
  return unit === undefined ? { type, nullable: false, meaning } : { type, nullable: false, meaning, unit }
}

/** A column that may be unknown. */
export function opt<const T extends ColumnType>(
  type: T,
  meaning: string,
  unit?: string
): { readonly type: T; readonly nullable: true; readonly meaning: string; readonly unit?: string } {
  return unit === undefined ? { type, nullable: true, meaning } : { type, nullable: true, meaning, unit }
}
