// Words for what the vocabularies write with underscores, and for the hypotheses.
import type { CaseMap, Names } from './types'

const HYPOTHESES: Record<string, string> = {
  both: 'Both sides',
  other: 'Another actor',
  no_violation: 'Nothing prohibited',
  undetermined: 'Undetermined',
}

export function plain(term: string): string {
  return term.replaceAll('_', ' ')
}

export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function hypothesis(id: string, { parties, hypotheses = [] }: CaseMap['case']): string {
  const named = parties.find((party) => party.id === id)?.name ?? hypotheses.find((other) => other.id === id)?.name
  return (named && capital(named)) ?? HYPOTHESES[id] ?? capital(plain(id))
}

const EPOCH_DAY = 719163 // 1 January 1970 as the server counts days, from 1 January of the year 1

/** Each distinct name once: the English one, then those of the place's people, which take turns from day to day as in reports. */
export function allNames(names: Names, asOf: number): string[] {
  const distinct = [...new Set(Object.values(names).filter((name) => name.trim() !== ''))]
  const english = distinct.filter((name) => name === names.en)
  const others = distinct.filter((name) => name !== names.en)
  const first = others.length > 0 ? (Math.floor(asOf / 86_400_000) + EPOCH_DAY) % others.length : 0
  return [...english, ...others.slice(first), ...others.slice(0, first)]
}

export function percent(p: number): string {
  if (p > 0 && p < 0.005) return '< 1 %'
  if (p < 1 && p > 0.995) return '> 99 %'
  return `${Math.round(p * 100)} %`
}

/** Bits with their sign; a zero has none. */
export function bits(value: number): string {
  const rounded = Math.round(value * 100) / 100
  return rounded === 0 ? '0' : `${rounded > 0 ? '+' : '−'}${Math.abs(rounded).toFixed(2)}`
}

export function hours(value: number): string {
  return `${value.toLocaleString('en', { maximumFractionDigits: 1 })} h`
}

export function several(number: number, one: string, many: string = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}
