// The first thing that is loaded: it asks for the incidents, and loads the page itself meanwhile.
import { mount } from 'svelte'

import './page.css'
import { ask } from './ask'

const target = document.getElementById('page')
const first = ask('case/overview')
first.catch(() => undefined) // the page says so
void import('./App.svelte').then(({ default: App }) => {
  if (!target) return
  target.replaceChildren()
  mount(App, { target, props: { first } })
})
