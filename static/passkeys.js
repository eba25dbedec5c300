// Adding a passkey, and signing in or proving oneself with one: the form carries what the device says.
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), sign => sign.charCodeAt(0))
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")

// What the server writes as base64url, the browser wants as bytes, and the other way about.
const known = list => (list ?? []).map(each => ({ ...each, id: bytes(each.id) }))

const ceremonies = {
  async create({ publicKey }) {
    const credential = await navigator.credentials.create({ publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: known(publicKey.excludeCredentials),
    } })
    return said(credential, {
      attestationObject: text(credential.response.attestationObject),
      transports: credential.response.getTransports?.() ?? [],
    })
  },
  async get({ publicKey }) {
    const credential = await navigator.credentials.get({ publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: known(publicKey.allowCredentials),
    } })
    const { authenticatorData, signature, userHandle } = credential.response
    return said(credential, {
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    })
  },
}

const said = (credential, response) => ({
  type: credential.type,
  id: credential.id,
  rawId: text(credential.rawId),
  authenticatorAttachment: credential.authenticatorAttachment,
  clientExtensionResults: credential.getClientExtensionResults(),
  response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
})

// Of a page that knows who is there, or asked for when somebody unknown presses.
async function options(form) {
  const here = document.getElementById("passkey-options")
  if (here) return JSON.parse(here.textContent)
  const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } })
  if (!answer.ok) throw new Error(answer.statusText)
  return (await answer.json()).request_options
}

const reasons = { NotAllowedError: "refused", AbortError: "refused", InvalidStateError: "there" }

for (const button of document.querySelectorAll("[data-passkey]")) {
  const form = button.form
  const error = form.querySelector("[data-passkey-error]")
  if (!window.PublicKeyCredential) continue
  form.hidden = false
  form.addEventListener("submit", async event => {
    event.preventDefault()
    if (button.disabled) return
    button.disabled = error.hidden = true
    try {
      form.elements.credential.value = JSON.stringify(await ceremonies[button.dataset.passkey](await options(form)))
      form.submit()
    } catch (problem) {
      error.lastElementChild.textContent = error.dataset[reasons[problem.name] ?? "failed"]
      error.hidden = button.disabled = false
    }
  })
  // Until here a press would send an empty form.
  button.disabled = false
}
