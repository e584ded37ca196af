// What the page asks the server for: the first view of all incidents, and one incident with why and its records.
import { read, type Read } from './columns'
import type { IncidentFeature } from './types'

export async function ask(address: string): Promise<Read> {
  return read(await (await given(address)).arrayBuffer())
}

/** Whoever reads the records of an incident in the room is on record with it. */
export async function askIncident(id: string): Promise<IncidentFeature> {
  return (await given(`case/incidents/${encodeURIComponent(id)}.json`)).json() as Promise<IncidentFeature>
}

async function given(address: string): Promise<Response> {
  const answer = await fetch(new URL(address, document.baseURI), { cache: 'no-cache' })
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${answer.statusText}`)
  return answer
}
