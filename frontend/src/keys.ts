// The keys of the page: one table, which the page obeys and shows.
import type { Room } from './room.svelte'
import { HOUR } from './times'

export const PRESETS: [name: string, label: string, length: number | null][] = [
  ['1h', '1 h', HOUR], ['6h', '6 h', 6 * HOUR], ['24h', '24 h', 24 * HOUR], ['7d', 'week', 168 * HOUR], ['all', 'all', null],
]

/** What the keys do to the page around the room. */
export interface Deeds {
  help: () => void
  view: (name: 'map' | 'tables') => void
  find: () => void
}

export interface Key {
  key: string
  words: string
  act: (room: Room, deeds: Deeds) => void
}

const period = (name: string) => (room: Room): void => {
  const [, , length] = PRESETS.find(([other]) => other === name) as (typeof PRESETS)[number]
  room.chooseLast(name, length)
}

export const KEYS: Key[] = [
  { key: '?', words: 'these keys', act: (_, deeds) => deeds.help() },
  { key: 'j', words: 'next incident of the list, also on the map', act: (room) => room.go(1) },
  { key: 'k', words: 'previous incident of the list', act: (room) => room.go(-1) },
  { key: 'n', words: 'next new incident', act: (room) => room.goNew() },
  { key: 'c', words: 'selected incident from near', act: (room) => (room.closer += 1) },
  { key: 'w', words: 'whole area', act: (room) => (room.wider += 1) },
  { key: 'Escape', words: 'close the incident', act: (room) => room.select(null) },
  { key: 'm', words: 'map', act: (_, deeds) => deeds.view('map') },
  { key: 't', words: 'tables: all that the map shows, in words', act: (_, deeds) => deeds.view('tables') },
  { key: '/', words: 'filter by place', act: (_, deeds) => deeds.find() },
  { key: 'x', words: 'clear all filters', act: (room) => room.clear() },
  { key: '1', words: 'last hour', act: period('1h') },
  { key: '2', words: 'last 6 hours', act: period('6h') },
  { key: '3', words: 'last 24 hours', act: period('24h') },
  { key: '4', words: 'last week', act: period('7d') },
  { key: '0', words: 'all of the record', act: period('all') },
  { key: '[', words: 'previous day with records', act: (room) => room.step(-1) },
  { key: ']', words: 'next day with records', act: (room) => room.step(1) },
]

/** Whether the key is meant for what has the focus: somebody is typing or choosing there. */
export function isTaken(event: KeyboardEvent): boolean {
  const at = event.target instanceof HTMLElement ? event.target : null
  return event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || at?.closest('input, select, textarea, dialog') != null
}
