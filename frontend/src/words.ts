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

/** Each distinct name once, in the order of the case: both sides' names of a place. */
export function allNames(names: Names): string[] {
  return [...new Set(Object.values(names).filter((name) => name.trim() !== ''))]
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
