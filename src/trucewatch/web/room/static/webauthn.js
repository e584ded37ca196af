// What the pages share that ask an authenticator: bytes as base64url without padding, as WebAuthn's JSON and the log have
// them, and back; the question with its words, and the answer in the form.

export const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0))

export const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')

const PARTS = ['attestationObject', 'authenticatorData', 'clientDataJSON', 'signature']

function answer(credential) {
  const given = PARTS.filter((name) => credential.response[name])
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: Object.fromEntries(given.map((name) => [name, toText(credential.response[name])])),
  })
}

// `form` has the field of that name for the answer; `ask` returns a promise of a credential, `said` are the words for
// while it waits, when it has it, and before the reason why there is none.
export function offer(form, field, ask, said) {
  if (!window.PublicKeyCredential) return false
  const button = document.getElementById('ask')
  const words = document.getElementById('told')
  document.getElementById('key').hidden = false
  button.addEventListener('click', async () => {
    button.disabled = true
    words.textContent = said.waiting
    try {
      form.elements[field].value = answer(await ask())
      words.textContent = said.done
      form.submit()
    } catch (error) {
      words.textContent = `${said.failed}: ${error.message}`
      button.disabled = false
    }
  })
  return true
}
