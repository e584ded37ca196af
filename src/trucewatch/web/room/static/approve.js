// Asks the passkey for the approval of just the entry that the page shows, and hands the answer back in the form.
// In a rehearsal, with a passkey in software, the text area takes what `trucewatch staff approve` printed.
import { offer, toBytes } from './webauthn.js'

const form = document.getElementById('approve')

function options() {
  const given = JSON.parse(form.dataset.options)
  return {
    ...given,
    challenge: toBytes(given.challenge),
    allowCredentials: given.allowCredentials.map((one) => ({ ...one, id: toBytes(one.id) })),
  }
}

const offered = offer(form, 'assertion', () => navigator.credentials.get({ publicKey: options() }), {
  waiting: 'Waiting for your passkey …',
  done: 'Approved; handing it in …',
  failed: 'Nothing was approved and nothing was said',
})
if (offered) {
  const byHand = document.getElementById('by-hand')
  byHand.open = 'staysOpen' in byHand.dataset // in a rehearsal the way without a key in hardware is the usual one
}
