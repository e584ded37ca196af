// The page of the room is live: it hears the centre's events, reads the incidents anew when something was concluded, and marks
// what is new since the viewer last looked. The page of a case that was written once has none of this.
import { ask } from './ask'
import { Reading } from './reading'
import type { Room } from './room.svelte'
import { keep, looked, short, type Look } from './seen'

const EVENTS = ['entry', 'statement', 'beat', 'conclusions', 'missed'] as const
const NEWS: ReadonlySet<string> = new Set(['conclusions', 'missed'])
const SILENT = 130_000 // ms without any event: two heartbeats of the log (60 s by its charter) did not come
const LATER = 2_000 // ms: the map comes first, then what is new on it
const AGAIN = 5_000 // ms until the next try where the browser gave up by itself

/** What an event may say; the number of entries with it is its id. A beat brings the time of the entries before it. */
interface Said {
  time?: string
  received?: number // entries that the beat brings
  witnessed?: number
}

/** Where the events are, or null on a page that is not live: `events` beside `case/` when served as `…/room/map`. */
export function eventsOf(address: string): string | null {
  const { pathname } = new URL(address)
  return pathname.endsWith('/room/map') ? new URL('events', address).href : null
}

export class Live {
  state = $state<'connecting' | 'live' | 'lost' | 'silent'>('connecting')
  since = $state(Date.now()) // of the state
  newest = $state<number | null>(null) // time of the newest entry
  entries = $state<number | null>(null)
  witnessed = $state<number | null>(null)
  problem = $state('') // why the newest conclusions are not shown
  lookedAt = $state<number | null>(null)
  readonly #address: string
  readonly #room: Room
  #source: EventSource | null = null
  #heard = Date.now()
  #reading = false
  #waiting = false // something was concluded while the last reading went on
  #look: Look | null = null

  constructor(address: string, room: Room) {
    this.#address = address
    this.#room = room
  }

  start(): () => void {
    this.#connect()
    const soon = setTimeout(() => this.#looked(), LATER)
    const watch = setInterval(() => this.#listen(), AGAIN)
    return () => {
      clearTimeout(soon)
      clearInterval(watch)
      this.#source?.close()
    }
  }

  /** The viewer has looked at one incident. */
  sawOne(id: string): void {
    if (!this.#room.fresh.has(id)) return
    const look = this.#looked()
    look.known.add(short(id))
    this.#mark(look)
    keep(this.#case, look)
  }

  sawAll(): void {
    this.#look = this.#now()
    this.lookedAt = this.#look.at
    this.#room.onlyNew = false
    this.#mark(this.#look)
    keep(this.#case, this.#look)
  }

  /** The last look; who is here for the first time has looked at all there is. */
  #looked(): Look {
    if (this.#look) return this.#look
    this.#look = looked(this.#case) ?? this.#now()
    this.lookedAt = this.#look.at
    this.#mark(this.#look)
    keep(this.#case, this.#look)
    return this.#look
  }

  #now(): Look {
    return { at: Date.now(), known: new Set(this.#room.record.columns.ids.map(short)) }
  }

  get #case(): string {
    return this.#room.map.case.id
  }

  #connect(): void {
    const source = new EventSource(this.#address)
    this.#source = source
    source.onopen = () => this.#opened()
    source.onerror = () => this.#become('lost')
    for (const name of EVENTS) source.addEventListener(name, (event: MessageEvent<string>) => this.#hear(name, event))
  }

  /** After a break something may have been concluded that nobody will repeat to us. */
  #opened(): void {
    this.#heard = Date.now()
    if (this.state === 'lost') void this.#readAgain()
    this.#become('live')
  }

  #hear(name: (typeof EVENTS)[number], event: MessageEvent<string>): void {
    const said = parsed(event.data)
    this.#heard = Date.now()
    this.#become('live')
    if (said.time && said.received !== 0) this.newest = Math.max(this.newest ?? 0, Date.parse(said.time))
    if (event.lastEventId !== '') this.entries = Math.max(this.entries ?? 0, Number(event.lastEventId))
    if (typeof said.witnessed === 'number') this.witnessed = said.witnessed
    if (NEWS.has(name)) void this.#readAgain()
  }

  /** A broken line is not always reported: what is silent for too long is said to be. */
  #listen(): void {
    if (this.state === 'live' && Date.now() - this.#heard > SILENT) this.#become('silent')
    if (this.#source?.readyState === EventSource.CLOSED) this.#connect()
  }

  #become(state: Live['state']): void {
    if (state === this.state) return
    this.state = state
    this.since = state === 'silent' ? this.#heard : Date.now()
  }

  async #readAgain(): Promise<void> {
    this.#waiting = true
    if (this.#reading) return
    this.#reading = true
    while (this.#waiting) {
      this.#waiting = false
      try {
        const look = this.#looked() // of what was here before
        this.#room.take(new Reading(await ask('case/overview')))
        this.#mark(look)
        this.problem = ''
      } catch (error) {
        this.problem = String(error)
      }
    }
    this.#reading = false
  }

  #mark({ known }: Look): void {
    this.#room.fresh = new Set(this.#room.record.columns.ids.filter((id) => !known.has(short(id))))
  }
}

function parsed(data: string): Said {
  try {
    return (JSON.parse(data) ?? {}) as Said
  } catch {
    return {} // a beat without words is a beat
  }
}
