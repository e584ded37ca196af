// Asks the passkey for the approval of just the entry that the page shows, and hands the answer back in the form.
// In a rehearsal, with a passkey in software, the text area takes what `trucewatch staff approve` printed.
import { toBytes, toText } from './bytes.js'

const form = document.getElementById('approve')
const button = document.getElementById('ask')
const words = document.getElementById('told')

function options() {
  const given = JSON.parse(form.dataset.options)
  return {
    ...given,
    challenge: toBytes(given.challenge),
    allowCredentials: given.allowCredentials.map((one) => ({ ...one, id: toBytes(one.id) })),
  }
}

function answer(credential) {
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: {
      authenticatorData: toText(credential.response.authenticatorData),
      clientDataJSON: toText(credential.response.clientDataJSON),
      signature: toText(credential.response.signature),
    },
  })
}

async function ask() {
  button.disabled = true
  words.textContent = 'Waiting for your passkey …'
  try {
    form.elements.assertion.value = answer(await navigator.credentials.get({ publicKey: options() }))
    words.textContent = 'Approved; handing it in …'
    form.submit()
  } catch (error) {
    words.textContent = `Nothing was approved and nothing was said: ${error.message}`
    button.disabled = false
  }
}

if (window.PublicKeyCredential) {
  document.getElementById('key').hidden = false
  const byHand = document.getElementById('by-hand')
  byHand.open = 'staysOpen' in byHand.dataset // in a rehearsal the way without a key in hardware is the usual one
  button.addEventListener('click', ask)
}
