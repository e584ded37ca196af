// Has an authenticator make a passkey for a post of the staff, and hands its public half back in the form.
import { offer, toBytes } from './webauthn.js'

const form = document.getElementById('make')

function options() {
  const given = JSON.parse(form.dataset.options)
  return {
    ...given,
    challenge: toBytes(given.challenge),
    user: { ...given.user, id: toBytes(given.user.id) },
    excludeCredentials: given.excludeCredentials.map((one) => ({ ...one, id: toBytes(one.id) })),
  }
}

const offered = offer(form, 'registration', () => navigator.credentials.create({ publicKey: options() }), {
  waiting: 'Waiting for your authenticator …',
  done: 'Made; looking at it …',
  failed: 'No passkey was made',
})
if (offered) document.getElementById('no-key').hidden = true
