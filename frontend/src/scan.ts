// Finds the values of a JSON text in its bytes without building them: a hundred thousand incidents are 150 MB, and as
// objects four times that. Only what is looked at is parsed.

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN: ReadonlySet<number> = new Set([0x7b, 0x5b]) // { [
const CLOSE: ReadonlySet<number> = new Set([0x7d, 0x5d])
const ENDS: ReadonlySet<number> = new Set([0x2c, 0x7d, 0x5d, 0x20, 0x0a, 0x0d, 0x09]) // what ends a number or a literal
const decoder = new TextDecoder()

/** Bytes from (inclusive) to (exclusive). */
export interface Range {
  from: number
  to: number
}

export function value<T>(bytes: Uint8Array, { from, to }: Range): T {
  return JSON.parse(decoder.decode(bytes.subarray(from, to))) as T
}

/** The members of the object that begins at `at`, in order. */
export function* members(bytes: Uint8Array, at: number): Generator<[string, Range]> {
  let next = blank(bytes, at + 1)
  while (bytes[next] !== 0x7d) {
    const name = value<string>(bytes, { from: next, to: end(bytes, next) })
    const from = blank(bytes, blank(bytes, end(bytes, next)) + 1) // after the colon
    const to = end(bytes, from)
    yield [name, { from, to }]
    next = after(bytes, to)
  }
}

/** The elements of the array that begins at `at`, in order. */
export function* elements(bytes: Uint8Array, at: number): Generator<Range> {
  let from = blank(bytes, at + 1)
  while (bytes[from] !== 0x5d) {
    const to = end(bytes, from)
    yield { from, to }
    from = after(bytes, to)
  }
}

function after(bytes: Uint8Array, at: number): number {
  const next = blank(bytes, at)
  return bytes[next] === 0x2c ? blank(bytes, next + 1) : next
}

function blank(bytes: Uint8Array, at: number): number {
  let next = at
  while (bytes[next] === 0x20 || bytes[next] === 0x0a || bytes[next] === 0x0d || bytes[next] === 0x09) next += 1
  if (next >= bytes.length) throw new SyntaxError('the JSON ends too early')
  return next
}

/** First byte after the value that begins at `at`. */
function end(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number
  if (first === QUOTE) return closing(bytes, at)
  if (OPEN.has(first)) return nested(bytes, at)
  let next = at
  while (next < bytes.length && !ENDS.has(bytes[next] as number)) next += 1
  return next
}

function nested(bytes: Uint8Array, at: number): number {
  let depth = 0
  for (let next = at; next < bytes.length; next += 1) {
    const byte = bytes[next] as number
    if (byte === QUOTE) next = closing(bytes, next) - 1
    else if (OPEN.has(byte)) depth += 1
    else if (CLOSE.has(byte) && (depth -= 1) === 0) return next + 1
  }
  throw new SyntaxError('the JSON ends too early')
}

/** First byte after a string: its quote is the first one behind an even number of backslashes. */
function closing(bytes: Uint8Array, at: number): number {
  for (let quote = bytes.indexOf(QUOTE, at + 1); quote > 0; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let back = quote - 1
    while (bytes[back] === BACKSLASH) back -= 1
    if ((quote - back) % 2 === 1) return quote + 1
  }
  throw new SyntaxError('the JSON ends too early')
}
