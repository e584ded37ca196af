// Which incidents the viewer has looked at, kept in this browser: 32 bits of each id, so that a hundred thousand are half
// a megabyte. Of 100,000 incidents a new one goes without its mark in 1 of 40,000 cases; it is in the list all the same.

const CHUNK = 8192 // arguments of one call

export interface Look {
  at: number // millisecond of the last look, or of the first visit
  known: Set<number>
}

export function looked(caseId: string): Look | null {
  const kept = localStorage.getItem(name(caseId))
  const [at, known] = kept?.split(' ') ?? []
  if (at === undefined || known === undefined) return null
  const letters = atob(known)
  const bytes = new Uint8Array(letters.length)
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at)
  return { at: Number(at), known: new Set(new Uint32Array(bytes.buffer)) }
}

export function keep(caseId: string, { at, known }: Look): void {
  const bytes = new Uint8Array(Uint32Array.from(known).buffer)
  let letters = ''
  for (let at = 0; at < bytes.length; at += CHUNK) letters += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  try {
    localStorage.setItem(name(caseId), `${at} ${btoa(letters)}`)
  } catch {
    localStorage.removeItem(name(caseId)) // no room: the marks end with this visit
  }
}

/** FNV-1a, 32 bits. */
export function short(id: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

function name(caseId: string): string {
  return `trucewatch.seen:${caseId}`
}
