// Where many incidents lie close together on the screen a count stands for them, and it is exact: every incident is in
// one square, and each square either shows all of its own or their number.

export const MANY = 12 // more than these in one square are shown as a number
const SIDE = 60 // px of a square at a whole step of the zoom
const WORLD = 512 // px of the world at zoom 0
const ROWS = 2 ** 26 // more than there are squares in one direction at zoom 15
const MARGIN = 14 // px between a number and the edge of its square, so that no two lie on each other

/** What is drawn: the numbers of single incidents in their order, and the counts. */
export interface Arranged {
  single: Uint32Array
  places: Float32Array // two numbers for each count
  amounts: Float32Array
  digits: Float32Array
  member: Int32Array // for each of those shown the count that it is in; -1: it is drawn by itself
}

/** The step of the zoom for which squares are made: half a step, so that they stay while the map is moved. */
export function step(zoom: number): number {
  return Math.round(2 * zoom) / 2
}

let slots = new Float64Array()
let groups = new Int32Array()

/** `places` has x and y of each incident in the world square; `shown` says which of them, the topmost last. */
export function arranged(places: Float32Array, shown: Uint32Array, zoom: number): Arranged {
  const scale = (WORLD * 2 ** zoom) / SIDE
  const member = new Int32Array(shown.length)
  const { amounts, sums, edges } = grouped(places, shown, scale, member)
  const numbers = new Int32Array(amounts.length).fill(-1) // of each square among those that show a count
  let many = 0
  for (let group = 0; group < amounts.length; group += 1) if ((amounts[group] as number) > MANY) numbers[group] = many++
  const out = { places: new Float32Array(2 * many), amounts: new Float32Array(many), digits: new Float32Array(many) }
  for (let group = 0; group < amounts.length; group += 1) {
    const number = numbers[group] as number
    if (number < 0) continue
    const amount = amounts[group] as number
    out.amounts[number] = amount
    out.digits[number] = String(amount).length
    for (const axis of [0, 1]) out.places[2 * number + axis] = inside((sums[2 * group + axis] as number) / amount, edges[2 * group + axis] as number, scale)
  }
  const single = new Uint32Array(shown.length)
  let alone = 0
  for (let at = 0; at < shown.length; at += 1) {
    member[at] = numbers[member[at] as number] as number
    if (member[at] === -1) single[alone++] = shown[at] as number
  }
  return { ...out, member, single: single.subarray(0, alone) }
}

/** Writes the square of each into `member`. Places are told from a point of their own, so they may be negative. */
function grouped(places: Float32Array, shown: Uint32Array, scale: number, member: Int32Array): { amounts: number[]; sums: number[]; edges: number[] } {
  const size = 2 ** Math.ceil(Math.log2(2 * shown.length + 2))
  if (slots.length !== size) [slots, groups] = [new Float64Array(size), new Int32Array(size)]
  slots.fill(-1)
  const amounts: number[] = []
  const sums: number[] = []
  const edges: number[] = []
  for (let at = 0; at < shown.length; at += 1) {
    const index = shown[at] as number
    const [x, y] = [places[2 * index] as number, places[2 * index + 1] as number]
    const [column, row] = [Math.floor((x + 1) * scale), Math.floor((y + 1) * scale)]
    const key = column * ROWS + row
    let slot = (Math.imul(column, 0x9e3779b1) ^ Math.imul(row, 0x85ebca6b)) & (size - 1)
    while (slots[slot] !== key && slots[slot] !== -1) slot = (slot + 1) & (size - 1)
    if (slots[slot] === -1) {
      slots[slot] = key
      groups[slot] = amounts.length
      amounts.push(0)
      sums.push(0, 0)
      edges.push(column / scale - 1, row / scale - 1)
    }
    const group = groups[slot] as number
    member[at] = group
    amounts[group] = (amounts[group] as number) + 1
    sums[2 * group] = (sums[2 * group] as number) + x
    sums[2 * group + 1] = (sums[2 * group + 1] as number) + y
  }
  return { amounts, sums, edges }
}

function inside(middle: number, edge: number, scale: number): number {
  const [side, margin] = [1 / scale, MARGIN / SIDE / scale]
  return Math.min(edge + side - margin, Math.max(edge + margin, middle))
}
