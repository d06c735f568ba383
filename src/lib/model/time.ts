/** Times as readers and addresses write them, always UTC. The only user of luxon. Instants are milliseconds since 1970. */
import { DateTime } from 'luxon'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Bucket widths a reader can name. Weeks start on Thursday, as 1970 did. */
const WIDTHS = [
  0.1 * SECOND,
  0.2 * SECOND,
  0.5 * SECOND,
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  7 * DAY
] as const
const MOST_BUCKETS = 400
/** Days stay days up to four years: a chart is about this many pixels wide. */
const MOST_DAYS = 1462

/** Spans offered as `last …`, in milliseconds, with their words. */
const SPANS = [
  { ms: 10 * SECOND, words: '10 s' },
  { ms: 30 * SECOND, words: '30 s' },
  { ms: 5 * MINUTE, words: '5 min' },
  { ms: 30 * MINUTE, words: '30 min' },
  { ms: 6 * HOUR, words: '6 h' },
  { ms: DAY, words: '24 h' },
  { ms: 7 * DAY, words: '7 d' },
  { ms: 30 * DAY, words: '30 d' },
  { ms: 90 * DAY, words: '90 d' },
  { ms: 365 * DAY, words: '1 y' }
] as const
const MOST_SPANS = 4

function utc(ms: number): DateTime {
  return DateTime.fromMillis(ms, { zone: 'utc', locale: 'en-GB' })
}

/** Reads `2026-11-18`, `2026-11-18T07:48Z`, `2026-11-18T07:48:10.250Z`; the zone may be missing and is UTC. Null for anything else. */
export function parseInstant(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?Z?)?$/.test(text)) return null
  const time = DateTime.fromISO(text, { zone: 'utc' })
  return time.isValid ? time.toMillis() : null
}

/** The shortest text that `parseInstant` reads back. */
export function writeInstant(ms: number): string {
  const time = utc(ms)
  if (ms % DAY === 0) return time.toFormat('yyyy-MM-dd')
  if (ms % MINUTE === 0) return time.toFormat("yyyy-MM-dd'T'HH:mm'Z'")
  return time.toFormat(ms % SECOND === 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")
}

/** Value of a `datetime-local` field, with seconds. */
export function fieldValue(ms: number): string {
  return utc(ms).toFormat("yyyy-MM-dd'T'HH:mm:ss")
}

/** The bucket to draw a range by: at most about 400, or days up to four years. Milliseconds. */
export function bucketFor(from: number, to: number): number {
  const length = Math.max(to - from, 1)
  const width = WIDTHS.find((ms) => length / ms <= (ms === DAY ? MOST_DAYS : MOST_BUCKETS))
  return width ?? 7 * DAY
}

/** `day`, `2 hours`, `0.2 seconds`: follows `mean of each`. */
export function durationWords(ms: number): string {
  const [size, name] =
    ms >= 7 * DAY
      ? [7 * DAY, 'week']
      : ms >= DAY
        ? [DAY, 'day']
        : ms >= HOUR
          ? [HOUR, 'hour']
          : ms >= MINUTE
            ? [MINUTE, 'minute']
            : [SECOND, 'second']
  const count = Math.round((ms / size) * 10) / 10
  return count === 1 ? name : `${count} ${name}s`
}

/** How long a range is, roughly: `70 seconds`, `3.0 years`. */
export function lengthWords(ms: number): string {
  if (ms < 2 * MINUTE) return `${Math.round(ms / SECOND)} seconds`
  if (ms < 2 * HOUR) return `${Math.round(ms / MINUTE)} minutes`
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} hours`
  if (ms < 730 * DAY) return `${Math.round(ms / DAY)} days`
  return `${(ms / (365.25 * DAY)).toFixed(1).replace('.0', '')} years`
}

/** `18 Nov 2026` */
function dateText(ms: number): string {
  return utc(ms).toFormat('d LLL yyyy')
}

/** `20 Nov 2026 09:14:31 UTC` */
export function instantText(ms: number): string {
  return utc(ms).toFormat("d LLL yyyy HH:mm:ss 'UTC'")
}

/** An instant as precise as its bucket: `07:48:10.2`, `20 Nov, 09:14`, `18 Nov 2026`. */
export function bucketText(ms: number, bucket: number, sameDay: boolean): string {
  const time = utc(ms)
  if (bucket >= DAY) return time.toFormat('d LLL yyyy')
  const clock =
    bucket < SECOND
      ? `${time.toFormat('HH:mm:ss')}.${Math.floor((ms % SECOND) / 100)}`
      : time.toFormat(bucket < MINUTE ? 'HH:mm:ss' : 'HH:mm')
  return sameDay ? clock : `${time.toFormat('d LLL')}, ${clock}`
}

/** True when both instants lie on one UTC day. */
export function onOneDay(from: number, to: number): boolean {
  return Math.floor(from / DAY) === Math.floor(to / DAY)
}

/** `21 Nov 2026, 07:47:52–07:49:01 UTC` or `15 Nov 2023 – 20 Nov 2026`; breaks into lines only after the date, or at the dash. */
export function rangeText(from: number, to: number): string {
  const whole = (text: string) => text.replaceAll(' ', '\u00a0')
  if (onOneDay(from, to))
    return `${whole(dateText(from))}, ${whole(`${utc(from).toFormat('HH:mm:ss')}–\u2060${utc(to).toFormat('HH:mm:ss')} UTC`)}`
  const write = (ms: number) => whole(to - from < 3 * DAY ? utc(ms).toFormat('d LLL yyyy HH:mm') : dateText(ms))
  return `${write(from)} – ${write(to)}${to - from < 3 * DAY ? '\u00a0UTC' : ''}`
}

/** Up to four spans to offer as `last …` of an index that long: the longest that are clearly shorter than it. */
export function spansWithin(length: number): readonly { readonly ms: number; readonly words: string }[] {
  return SPANS.filter(({ ms }) => ms < length * 0.8).slice(-MOST_SPANS)
}

/** Label of a tick that falls on `ms`: the coarsest unit that begins there. */
export function tickText(ms: number, step: number): string {
  const time = utc(ms)
  if (ms % DAY !== 0)
    return (
      time.toFormat(step < 100 ? 'HH:mm:ss.SSS' : step < MINUTE ? 'HH:mm:ss' : 'HH:mm') +
      (step >= 100 && step < SECOND ? `.${Math.floor((ms % SECOND) / 100)}` : '')
    )
  if (step < 300 * DAY && time.day !== 1) return time.toFormat('d LLL')
  if (time.month === 1 && time.day === 1) return time.toFormat('yyyy')
  return time.toFormat('LLL')
}

/** What the ticks of a time axis leave unsaid: the date of a single day, the year, and that it is UTC. */
export function axisContext(from: number, to: number): string {
  if (onOneDay(from, to)) return `${dateText(from)}, UTC`
  const year = utc(from).year
  return year === utc(to).year ? `${year}, UTC` : 'UTC'
}
