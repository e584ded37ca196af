// Why an incident is what it is, and its records: asked for when it is opened, since all of them together are large, and
// since whoever reads them in the room is on record with it.
import { askIncident } from './ask'
import type { IncidentFeature } from './types'

const APART = 250 // ms between two questions: who goes through the list by a key has not read what flew past

export class Opening {
  id = $state<string | null>(null) // of what is here
  feature = $state.raw<IncidentFeature | null>(null)
  problem = $state('')
  #last = 0

  /** Brings an incident; what was there before stays until then. Returns how to give it up. */
  bring(id: string): () => void {
    let given = false
    const wait = setTimeout(() => {
      this.#last = Date.now()
      askIncident(id).then(
        (feature) => { if (!given) this.#put(id, feature, '') },
        (error: unknown) => { if (!given) this.#put(id, null, String(error)) },
      )
    }, Math.max(0, this.#last + APART - Date.now()))
    return () => {
      given = true
      clearTimeout(wait)
    }
  }

  of(id: string | null): IncidentFeature | null {
    return id !== null && this.id === id ? this.feature : null
  }

  #put(id: string, feature: IncidentFeature | null, problem: string): void {
    this.id = id
    this.feature = feature
    this.problem = problem
  }
}
