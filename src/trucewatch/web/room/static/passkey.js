// Has an authenticator make a passkey for a post of the staff, and hands its public half back in the form.
import { toBytes, toText } from './bytes.js'

const form = document.getElementById('make')
const button = document.getElementById('ask')
const words = document.getElementById('told')

function options() {
  const given = JSON.parse(form.dataset.options)
  return {
    ...given,
    challenge: toBytes(given.challenge),
    user: { ...given.user, id: toBytes(given.user.id) },
    excludeCredentials: given.excludeCredentials.map((one) => ({ ...one, id: toBytes(one.id) })),
  }
}

function answer(credential) {
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: {
      attestationObject: toText(credential.response.attestationObject),
      clientDataJSON: toText(credential.response.clientDataJSON),
    },
  })
}

async function ask() {
  button.disabled = true
  words.textContent = 'Waiting for your authenticator …'
  try {
    form.elements.registration.value = answer(await navigator.credentials.create({ publicKey: options() }))
    words.textContent = 'Made; looking at it …'
    form.submit()
  } catch (error) {
    words.textContent = `No passkey was made: ${error.message}`
    button.disabled = false
  }
}

if (window.PublicKeyCredential) {
  document.getElementById('key').hidden = false
  document.getElementById('no-key').hidden = true
  button.addEventListener('click', ask)
}
