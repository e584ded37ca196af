// Light or dark: what the system says until the viewer says otherwise. The map is not styled by CSS, so its inks are here.
export interface Ink {
  ground: string
  line: string
  casing: string
  control: string
  zone: string
  permitted: string
  corridor: string
  site: string
  text: string
  halo: string
  ray: string
  rayEdge: string
  looked: string // where drones looked: of no side's colour
  relief: number // brightness of its whites
}

const LIGHT: Ink = {
  ground: '#e7e7e4', line: '#1f2937', casing: '#ffffff', control: '#6b7280', zone: '#7c5c1e', permitted: '#2f6b4f', corridor: '#35606e',
  site: '#8a6d1d', text: '#374151', halo: 'rgba(255,255,255,0.9)', ray: '#2f6f66', rayEdge: '#1f4f48', looked: '#3d444e', relief: 1,
}
const DARK: Ink = {
  ground: '#22272c', line: '#eef2f6', casing: '#0d1014', control: '#9aa4b0', zone: '#d9b25e', permitted: '#7cc9a2', corridor: '#86bfd1',
  site: '#d9b25e', text: '#d5dce4', halo: 'rgba(13,16,20,0.9)', ray: '#6fc2b5', rayEdge: '#a6ded5', looked: '#c9d2dc', relief: 0.3,
}

export const INKS = [LIGHT, DARK]

const CHOICES = ['system', 'light', 'dark'] as const
export type Choice = (typeof CHOICES)[number]
const KEPT = 'trucewatch.theme'

class Theme {
  choice = $state<Choice>(CHOICES.find((choice) => choice === localStorage.getItem(KEPT)) ?? 'system')
  #system = $state(false)
  dark: boolean = $derived.by(() => (this.choice === 'system' ? this.#system : this.choice === 'dark'))
  ink: Ink = $derived.by(() => (this.dark ? DARK : LIGHT))

  constructor() {
    const system = matchMedia('(prefers-color-scheme: dark)')
    this.#system = system.matches
    system.addEventListener('change', ({ matches }) => (this.#system = matches))
  }

  choose(choice: Choice): void {
    this.choice = choice
    localStorage.setItem(KEPT, choice)
  }
}

export const theme = new Theme()
